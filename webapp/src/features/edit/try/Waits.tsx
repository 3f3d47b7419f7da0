/** What a run that goes on waits for, until when, and the button that ends it. */
import Button from "@mui/material/Button";
import { useQueryClient } from "@tanstack/react-query";

import { engine } from "@/shared/api/client";
import type { TaskStatus } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { useNow } from "@/shared/useNow";
import { taskKey } from "@/shared/useTask";
import { when } from "@/shared/when";

import { setTry } from "./tryState";

/** What the engine says of a step that works and tells nothing itself. */
const UNSAID = new Set(["the call", "the result"]);

export function Waits({ status }: { status: TaskStatus }) {
  const speech = useTranslation();
  const { t } = speech;
  const now = useNow(true);
  const client = useQueryClient();
  const [run] = status.waiting;

  const until = run?.until && when(run.until, now, speech);
  // Of a step that has not begun the engine says in `until` when it does.
  const begins = run?.status === "waiting" && until;
  const told = run && !begins && !UNSAID.has(run.for) ? run.for : "";
  const isStuck = told !== "" && run?.status !== "working" && run?.status !== "looping";
  return (
    <>
      {run && (
        <>
          <b>{run.node}</b> {begins && t("task.begins", { when: begins })}
          <span lang="en">{told}</span>
          {isStuck && until && ` · ${t("run.gives_up", { when: until })}`}
        </>
      )}
      <Button
        size="small"
        color="inherit"
        sx={{ ml: 2 }}
        onClick={() => {
          void engine.cancel(status.id).then(
            (ended) => {
              client.setQueryData(taskKey(status.id), ended);
            },
            (error: unknown) => {
              setTry({ error });
            },
          );
        }}
      >
        {t("run.cancel")}
      </Button>
    </>
  );
}
