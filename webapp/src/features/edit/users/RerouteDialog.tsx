/**
 * Another name for a route over all pipelines, or another route in the place of one. The
 * effect is shown before; each caller gets a version, schedules and shares go along, and
 * what cannot be changed is named.
 */
import Alert from "@mui/material/Alert";
import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { type FormEvent, useState } from "react";

import type { FoundSteps } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { BusyButton } from "@/shared/ui/BusyButton";
import { Failure } from "@/shared/ui/Faults";
import { FoundPipelines } from "@/shared/ui/FoundPipelines";
import { schedulesOf, useUsers } from "@/shared/useUsers";

import { EditDialog } from "../EditDialog";
import { isRoute } from "../new/route";
import { useKnownRoutes } from "../panel/knownRoutes";
import { useEdit } from "../store";
import { useUi } from "../ui";
import { SharesGoAlong, useShares } from "./SharesGoAlong";
import { type Outcome, shareKey, useRerouting } from "./useRerouting";

export function RerouteDialog() {
  const from = useUi((state) => state.asked) ?? "";
  return (
    <EditDialog name="reroute" width="sm" titleId="reroute-title">
      {(close) => <Rerouting key={from} from={from} onDone={close} />}
    </EditDialog>
  );
}

interface ReroutingProps {
  from: string;
  onDone: () => void;
}

function Rerouting({ from, onDone }: ReroutingProps) {
  const { t } = useTranslation();
  const routes = useKnownRoutes();
  const edited = useEdit((state) => state.route);
  // Only of what is edited the route itself is renamed.
  const [isOwn] = useState(from === edited);
  const [to, setTo] = useState(from);
  const users = useUsers(from);
  const sharing = useShares(isOwn ? from : undefined);
  const { stage, outcomes, error, shown, run } = useRerouting(isOwn);
  const others = shown?.callers ?? othersThan(users.data, from);
  const shares = shown?.shares ?? sharing.data;
  const left = others?.pipelines.filter((one) => !one.may_edit) ?? [];
  const isLeft =
    left.length + (others?.hidden ?? 0) + (others?.hidden_schedules ?? 0) > 0 ||
    shares?.some(({ isMine }) => !isMine) === true;
  const [isRemoved, setIsRemoved] = useState<boolean>();
  const removes = isOwn && (isRemoved ?? !isLeft);

  const isBad = !isRoute(to) || (isOwn && to !== from && routes.has(to));
  const isReady = others && shares && !isBad && to !== from;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) void run({ from, to }, { callers: others, shares }, removes);
  };

  const failed = [...outcomes.values()].some((outcome) => "error" in outcome);
  return (
    <form onSubmit={submit}>
      <DialogTitle id="reroute-title">
        {t(isOwn ? "edit.reroute.rename" : "edit.reroute.instead", { route: from })}
      </DialogTitle>
      <DialogContent tabIndex={0}>
        <RouteInput
          isOwn={isOwn}
          value={to}
          from={from}
          isBad={isBad && stage === "before"}
          disabled={stage !== "before"}
          onChange={setTo}
        />
        {users.error && <Failure error={users.error} />}
        {sharing.error && <Failure error={sharing.error} />}
        {error && <Failure error={error} />}
        {others && (
          <>
            <Typography sx={{ mt: 2 }}>
              {others.total === 0
                ? t("edit.reroute.nobody")
                : t("edit.reroute.effect", { count: others.total - left.length })}
            </Typography>
            <FoundPipelines
              found={others}
              aside={(key) => (
                <Told
                  outcome={outcomes.get(key)}
                  isLeft={left.some((one) => one.route === key)}
                />
              )}
            />
            {shares && (
              <SharesGoAlong
                shares={shares}
                aside={({ space, isMine }) => (
                  <Told outcome={outcomes.get(shareKey(space))} isLeft={!isMine} />
                )}
              />
            )}
            {schedulesOf(others) > 0 && (
              <Typography sx={{ mt: 2 }}>
                {t(isOwn ? "edit.reroute.schedules" : "edit.reroute.schedules_stay", {
                  route: from,
                })}
              </Typography>
            )}
            {isOwn && (
              <Typography variant="body2" color="textSecondary" sx={{ mt: 2 }}>
                {t("edit.reroute.programs", { route: from })}
              </Typography>
            )}
            {isOwn && (
              <FormControlLabel
                sx={{ mt: 3 }}
                control={
                  <Checkbox
                    checked={removes}
                    disabled={stage !== "before"}
                    onChange={({ target }) => {
                      setIsRemoved(target.checked);
                    }}
                  />
                }
                label={t("edit.reroute.remove", { route: from })}
              />
            )}
            {isOwn && isLeft && (
              <Alert severity="warning">
                {t("edit.reroute.left", { route: from })}
              </Alert>
            )}
          </>
        )}
        {stage === "after" && (
          <Alert severity={failed ? "warning" : "success"} role="status" sx={{ mt: 3 }}>
            {t(failed ? "edit.reroute.partly" : "edit.reroute.done", { from, to })}
          </Alert>
        )}
      </DialogContent>
      <DialogActions>
        <Button color="inherit" disabled={stage === "under way"} onClick={onDone}>
          {t(stage === "after" ? "edit.close" : "edit.cancel")}
        </Button>
        {stage !== "after" && (
          <BusyButton
            type="submit"
            variant="contained"
            isBusy={stage === "under way"}
            disabled={stage === "before" && !isReady}
          >
            {t("edit.reroute.apply")}
          </BusyButton>
        )}
      </DialogActions>
    </form>
  );
}

interface RouteInputProps {
  isOwn: boolean;
  value: string;
  from: string;
  isBad: boolean;
  disabled: boolean;
  onChange: (route: string) => void;
}

/** A name that nobody has, or one of the routes that are there. */
function RouteInput({
  isOwn,
  value,
  from,
  isBad,
  disabled,
  onChange,
}: RouteInputProps) {
  const { t } = useTranslation();
  const routes = useKnownRoutes();
  const why = isRoute(value) ? "edit.saving.taken" : "edit.copying.bad";
  const field = {
    autoFocus: true,
    fullWidth: true,
    margin: "dense" as const,
    disabled,
    label: t(isOwn ? "edit.reroute.name" : "edit.reroute.other"),
    error: isBad,
    helperText: isBad ? t(why, { route: value }) : " ",
  };
  if (isOwn) {
    return (
      <TextField
        {...field}
        value={value}
        slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: "none" } }}
        onChange={({ target }) => {
          onChange(target.value.trim());
        }}
      />
    );
  }
  return (
    <Autocomplete<string, false, true, true>
      freeSolo
      disableClearable
      disabled={disabled}
      options={[...routes.keys()].filter((route) => route !== from)}
      inputValue={value}
      onInputChange={(_, typed, reason) => {
        if (reason !== "reset") onChange(typed.trim());
      }}
      onChange={(_, chosen) => {
        onChange(chosen);
      }}
      renderInput={(params) => <TextField {...params} {...field} />}
    />
  );
}

/** Without the route itself: it is renamed as a whole. */
function othersThan(
  found: FoundSteps | undefined,
  route: string,
): FoundSteps | undefined {
  if (!found) return undefined;
  const pipelines = found.pipelines.filter((one) => one.route !== route);
  const total = found.total - (found.pipelines.length - pipelines.length);
  return { ...found, pipelines, total };
}

interface ToldProps {
  outcome: Outcome | undefined;
  isLeft: boolean;
}

/** What becomes of a caller, in words. */
function Told({ outcome, isLeft }: ToldProps) {
  const { t } = useTranslation();
  const told = (color: string, words: string) => (
    <Box component="span" sx={{ color, fontSize: 12.5 }}>
      {words}
    </Box>
  );
  if (isLeft) return told("warning.main", t("edit.reroute.not_yours"));
  if (!outcome) return null;
  if ("error" in outcome) return told("error.main", outcome.error.message);
  if ("isEdited" in outcome) return told("text.secondary", t("edit.reroute.edited"));
  if ("isCarried" in outcome) return told("success.main", t("edit.reroute.carried"));
  return told("success.main", t("edit.reroute.version", { version: outcome.version }));
}
