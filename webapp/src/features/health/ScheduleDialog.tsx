/** When a route is to be started, and with what. */
import { useRef, useState } from "react";

import { engine } from "@/shared/api/client";
import type { JsonObject, Route, Schedule } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { scheduledSpaces } from "@/shared/rights";
import { MONO } from "@/shared/theme";
import { FormDialog } from "@/shared/ui/FormDialog";
import { ChoiceInput, TextInput } from "@/shared/ui/TextInput";
import { useAbout } from "@/shared/useAbout";

import { bodyExample, exampleInput, parsedInput } from "./scheduleInput";
import { addSchedule, changeSchedule, type Wish, wishOf } from "./useSchedules";

interface ScheduleDialogProps {
  /** Undefined: a new one. */
  schedule: Schedule | undefined;
  routes: Route[];
  onDone: () => void;
  onClose: () => void;
}

const NIGHTLY = "0 3 * * *";

export function ScheduleDialog(props: ScheduleDialogProps) {
  const { schedule, routes, onDone, onClose } = props;
  const { t } = useTranslation();
  const about = useAbout();
  const [wish, setWish] = useState(() => (schedule ? wishOf(schedule) : fresh()));
  const [text, setText] = useState(() => textOf(wish.input));
  const input = parsedInput(text);
  // The route whose example is awaited; none as soon as something is typed.
  const awaited = useRef("");

  const send = async () => {
    const whole = { ...wish, input: input ?? {} };
    if (schedule) return changeSchedule(schedule.id, whole);
    const spaces = about ? scheduledSpaces(about) : [];
    const own = routes.find(({ route }) => route === wish.route)?.space ?? "";
    // Where it belongs, if that is one's own; what is shared starts in one's own.
    return addSchedule(whole, spaces.includes(own) ? own : (spaces[0] ?? ""));
  };
  const isReady = wish.route !== "" && wish.cron.trim() !== "" && input !== undefined;
  const change = (part: Partial<Wish>) => {
    setWish({ ...wish, ...part });
  };
  const beginWithExample = async (route: string) => {
    awaited.current = route;
    const example = await exampleOf(routes, route);
    if (awaited.current === route) setText(example);
  };

  return (
    <FormDialog
      title={t(schedule ? "schedules.change" : "schedules.make")}
      action={t("schedules.keep")}
      isReady={isReady}
      send={send}
      onDone={onDone}
      onClose={onClose}
    >
      <ChoiceInput
        id="schedule-route"
        label={t("history.route")}
        value={wish.route}
        options={[
          ["", t("schedules.choose")],
          ...routes.map(({ route }) => [route, route] as const),
        ]}
        onChange={(route) => {
          change({ route });
          // What was typed for another route is no use for this one.
          if (!schedule) void beginWithExample(route);
        }}
      />
      <TextInput
        id="schedule-cron"
        label={t("schedules.when")}
        value={wish.cron}
        helperText={t("schedules.cron_help")}
        attributes={{ spellCheck: false, style: { fontFamily: MONO } }}
        onChange={(cron) => {
          change({ cron });
        }}
      />
      <TextInput
        id="schedule-timezone"
        label={t("schedules.timezone")}
        value={wish.timezone}
        attributes={{ spellCheck: false }}
        onChange={(timezone) => {
          change({ timezone });
        }}
      />
      <TextInput
        id="schedule-input"
        label={t("schedules.input")}
        multiline
        minRows={3}
        maxRows={14}
        value={text}
        error={input === undefined}
        helperText={input === undefined ? t("schedules.bad_input") : " "}
        attributes={{ spellCheck: false, style: { fontFamily: MONO } }}
        onChange={(typed) => {
          awaited.current = "";
          setText(typed);
        }}
      />
      <ChoiceInput
        id="schedule-missed"
        label={t("schedules.missed")}
        value={wish.missed}
        options={[
          ["once", t("schedules.missed_once")],
          ["skip", t("schedules.missed_skip")],
        ]}
        onChange={(missed) => {
          change({ missed: missed === "skip" ? "skip" : "once" });
        }}
      />
    </FormDialog>
  );
}

/** What its author gave as an example; else what its contract needs. */
async function exampleOf(routes: Route[], route: string): Promise<string> {
  const chosen = routes.find((one) => one.route === route);
  if (!chosen) return "{}";
  const details = await engine.route(route).catch(() => undefined);
  const entry = details?.pipeline?.nodes.find(({ type }) => type === "entry");
  return textOf(bodyExample(entry) ?? exampleInput(chosen));
}

function fresh(): Wish {
  return {
    route: "",
    cron: NIGHTLY,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    input: {},
    missed: "once",
    paused: false,
  };
}

function textOf(input: JsonObject): string {
  return JSON.stringify(input, null, 2);
}
