/** What can be done with a task: stop it, run it again, erase it. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Snackbar from "@mui/material/Snackbar";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";

import { engine } from "@/shared/api/client";
import type { TaskStatus } from "@/shared/api/types";
import { useTranslation, wordsAreThere } from "@/shared/i18n";
import { WORDS_IN_A_ROW } from "@/shared/theme";
import { BusyButton } from "@/shared/ui/BusyButton";
import { EditorLink } from "@/shared/ui/EditorLink";
import { Failure } from "@/shared/ui/Faults";
import { LinkButton } from "@/shared/ui/LinkButton";
import { taskKey } from "@/shared/useTask";

// Few want to compare, and only when they have seen the task.
const CompareDialog = lazy(async () => {
  const { CompareDialog: dialog } = await import("./compare/CompareDialog");
  await wordsAreThere();
  return { default: dialog };
});

/** How long erasing can be taken back. */
const UNDO_MS = 6000;

interface ActionsProps {
  status: TaskStatus;
  /** The page shows what it is about: now comes what only its buttons need. */
  isShown: boolean;
}

export function Actions({ status, isShown }: ActionsProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [isComparing, setIsComparing] = useState(false);
  const erasing = useErasing({
    task: status.id,
    onErased: () => {
      client.removeQueries({ queryKey: ["task", status.id] });
      void navigate({ to: "/history" });
    },
    // Of a task of somebody else it says who may.
    onRefused: setError,
  });

  const act = (action: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    void action()
      .catch(setError)
      .finally(() => {
        setBusy(false);
      });
  };

  const cancel = async () => {
    client.setQueryData(taskKey(status.id), await engine.cancel(status.id));
    await client.invalidateQueries({ queryKey: ["task", status.id] });
  };
  const resume = async () => {
    // A version that was never published is current nowhere.
    const version = status.trial ? status.version : undefined;
    const task = await engine.resume(status.route, status.id, version);
    await navigate({ to: "/task/$task", params: { task } });
  };

  const details = useQuery({
    queryKey: ["route", status.route],
    queryFn: ({ signal }) => engine.route(status.route, signal),
    enabled: isShown,
  });

  const failed = status.failed_node ?? status.failed?.node;
  return (
    <Box
      sx={{
        display: "flex",
        flexWrap: "wrap",
        columnGap: 4,
        rowGap: 1,
        alignItems: "center",
      }}
    >
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 2 }}>
        {status.status === "running" && (
          <BusyButton
            variant="outlined"
            isBusy={busy}
            onClick={() => {
              act(cancel);
            }}
          >
            {t("run.cancel")}
          </BusyButton>
        )}
        {status.status === "error" && failed && (
          <BusyButton
            variant="contained"
            isBusy={busy}
            onClick={() => {
              act(resume);
            }}
          >
            {t("task.resume", { node: failed })}
          </BusyButton>
        )}
        <LinkButton
          to="/run/$route"
          params={{ route: status.route }}
          search={{ task: status.id }}
          variant="outlined"
        >
          {t("task.rerun")}
        </LinkButton>
      </Box>
      <Box sx={WORDS_IN_A_ROW}>
        <Button
          onClick={() => {
            setIsComparing(true);
          }}
        >
          {t("task.compare")}
        </Button>
        {details.data && <EditorLink route={details.data} status={status} />}
        <BusyButton color="error" isBusy={erasing.pending} onClick={erasing.begin}>
          {t("task.erase")}
        </BusyButton>
      </Box>
      {error !== undefined && <Failure error={error} />}
      {isComparing && (
        <Suspense fallback={null}>
          <CompareDialog
            status={status}
            onClose={() => {
              setIsComparing(false);
            }}
          />
        </Suspense>
      )}
      <Snackbar
        open={erasing.pending}
        message={t("task.erasing")}
        action={
          <Button color="inherit" size="small" onClick={erasing.undo}>
            {t("task.undo")}
          </Button>
        }
      />
    </Box>
  );
}

interface Erasing {
  task: string;
  onErased: () => void;
  onRefused: (reason: unknown) => void;
}

/** Erase a task, some seconds later: until then it can be taken back. */
function useErasing({ task, onErased, onRefused }: Erasing) {
  const [pending, setPending] = useState(false);
  const timer = useRef<number>(undefined);

  useEffect(
    () => () => {
      // Who leaves the page has not taken it back.
      if (timer.current === undefined) return;
      window.clearTimeout(timer.current);
      void engine.erase(task);
    },
    [task],
  );

  return {
    pending,
    begin: () => {
      setPending(true);
      timer.current = window.setTimeout(() => {
        timer.current = undefined;
        void engine.erase(task).then(onErased, (reason: unknown) => {
          setPending(false);
          onRefused(reason);
        });
      }, UNDO_MS);
    },
    undo: () => {
      window.clearTimeout(timer.current);
      timer.current = undefined;
      setPending(false);
    },
  };
}
