/** The editor: its bar, the view that was chosen, what is wrong, and the dialogs. */
import Box from "@mui/material/Box";
import LinearProgress from "@mui/material/LinearProgress";
import useMediaQuery from "@mui/material/useMediaQuery";
import { lazy, Suspense, useEffect } from "react";

import { routeOf } from "@/pipeline/document";
import { useTranslation } from "@/shared/i18n";
import { patiently } from "@/shared/patiently";

import { CommandDialog } from "./actions/CommandDialog";
import { PickerWindow } from "./canvas/PickerWindow";
import { Banners } from "./drafts/Banners";
import { keepDrafts } from "./drafts/keeping";
import { answer } from "./drafts/windows";
import { EditBar } from "./EditBar";
import { FaultBar } from "./faults/FaultBar";
import { Fold } from "./Fold";
import { NoticeBar } from "./NoticeBar";
import { Outline } from "./outline/Outline";
import { NodePanel } from "./panel/NodePanel";
import { RenameDialog } from "./rename/RenameDialog";
import { SaveDialog } from "./save/SaveDialog";
import { useEdit } from "./store";
import { RunBar } from "./try/RunBar";
import { useUi } from "./ui";
import { useClipboard } from "./useClipboard";
import { EditorEffects } from "./EditorEffects";
import { useKeys } from "./useKeys";

/** Dialogs that are seldom opened come when they are asked for. */
const LATE_DIALOGS = {
  keys: lazy(
    patiently(async () => ({
      default: (await import("./actions/KeysDialog")).KeysDialog,
    })),
  ),
  conflict: lazy(
    patiently(async () => ({
      default: (await import("./save/ConflictDialog")).ConflictDialog,
    })),
  ),
  versions: lazy(
    patiently(async () => ({
      default: (await import("./versions/VersionsDialog")).VersionsDialog,
    })),
  ),
  users: lazy(
    patiently(async () => ({
      default: (await import("./users/UsersDialog")).UsersDialog,
    })),
  ),
  duplicate: lazy(
    patiently(async () => ({
      default: (await import("./new/DuplicateDialog")).DuplicateDialog,
    })),
  ),
  delete: lazy(
    patiently(async () => ({
      default: (await import("./users/UsersDialog")).DeleteDialog,
    })),
  ),
  reroute: lazy(
    patiently(async () => ({
      default: (await import("./users/RerouteDialog")).RerouteDialog,
    })),
  ),
};

function isLate(dialog: string | undefined): dialog is keyof typeof LATE_DIALOGS {
  return dialog !== undefined && dialog in LATE_DIALOGS;
}

const EditCanvas = lazy(
  patiently(async () => ({
    default: (await import("./canvas/EditCanvas")).EditCanvas,
  })),
);
const JsonEditor = lazy(
  patiently(async () => ({ default: (await import("./json/JsonEditor")).JsonEditor })),
);

/** Of those who may only look. */
const LookingBanner = lazy(
  patiently(async () => ({
    default: (await import("./drafts/LookingBanner")).LookingBanner,
  })),
);

/** Below it there is no room for a graph beside its fields. */
const NARROW = "(max-width: 899.95px)";

/** Of the head of the page, with its line. */
const HEAD_PIXELS = 53;

const PANEL_WIDTH = 360;

export function Editor() {
  const { t } = useTranslation();
  const isNarrow = useMediaQuery(NARROW);
  const chosen = useUi((state) => state.view);
  const view = isNarrow ? "outline" : chosen;
  const route = useEdit((state) => routeOf(state.document));
  const readOnly = useEdit((state) => state.readOnly);
  useKeys();
  useClipboard();
  useEffect(keepDrafts, []);
  useEffect(() => answer(() => useEdit.getState().draft), []);

  useEffect(() => {
    document.title = `${route ?? t("edit.new")} · ${t("edit.title")} · ${t("app")}`;
  }, [route, t]);

  return (
    <Box
      component="main"
      id="content"
      tabIndex={-1}
      sx={{
        display: "flex",
        flexDirection: "column",
        minHeight: `calc(100dvh - ${String(HEAD_PIXELS)}px)`,
        height: isNarrow ? "auto" : `calc(100dvh - ${String(HEAD_PIXELS)}px)`,
        outline: "none",
      }}
    >
      <EditorEffects />
      <EditBar isNarrow={isNarrow} />
      {readOnly ? (
        <Suspense fallback={null}>
          <LookingBanner {...readOnly} />
        </Suspense>
      ) : (
        <Banners />
      )}
      <Box
        sx={{
          flex: 1,
          minHeight: 0,
          display: "flex",
          flexDirection: isNarrow ? "column" : "row",
        }}
      >
        <Suspense
          fallback={<LinearProgress aria-label={t("loading")} sx={{ flex: 1 }} />}
        >
          {view === "canvas" && <EditCanvas />}
          {view === "outline" && <Outline isNarrow={isNarrow} />}
          {view === "json" && <JsonEditor />}
        </Suspense>
        {view !== "json" && isNarrow && <NodePanel />}
        {view !== "json" && !isNarrow && (
          <Fold name="panel" side="right" width={PANEL_WIDTH}>
            <NodePanel />
          </Fold>
        )}
      </Box>
      <RunBar />
      <FaultBar />

      <PickerWindow />
      <SaveDialog />
      <RenameDialog />
      <CommandDialog />
      <LateDialog />
      <NoticeBar />
    </Box>
  );
}

function LateDialog() {
  const dialog = useUi((state) => state.dialog);
  if (!isLate(dialog)) return null;
  const Dialog = LATE_DIALOGS[dialog];
  return (
    <Suspense fallback={null}>
      <Dialog />
    </Suspense>
  );
}
