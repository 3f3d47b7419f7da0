/** The bar of the editor: what is edited, how it is shown, what can be done with it. */
import Box from "@mui/material/Box";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { useMemo } from "react";

import { differences } from "@/pipeline/difference";
import { routeOf } from "@/pipeline/document";
import { useTranslation } from "@/shared/i18n";
import { LinkButton } from "@/shared/ui/LinkButton";

import { ActionButton } from "./actions/ActionButton";
import { ActionMenu } from "./actions/ActionMenu";
import { Glyph } from "./actions/Glyph";
import type { Action } from "./actions/action";
import { useActions } from "./actions/registry";
import { useFaultState } from "./faults/faultState";
import { useEdit, useReadOnly } from "./store";
import { TryButton } from "./try/TryButton";
import { useUi, type View, VIEWS } from "./ui";

export function EditBar({ isNarrow }: { isNarrow: boolean }) {
  const { t } = useTranslation();
  const document = useEdit((state) => state.document);
  const base = useEdit((state) => state.base);
  const view = useUi((state) => state.view);
  const show = useUi((state) => state.show);
  const away = useFaultState((state) => state.away);
  const readOnly = useReadOnly();
  const actions = useActions();
  const count = useMemo(
    () => differences(base.document, document).length,
    [base.document, document],
  );

  return (
    <Box
      role="toolbar"
      aria-label={t("edit.title")}
      sx={{
        display: "flex",
        flexWrap: "wrap",
        alignItems: "center",
        columnGap: 3,
        rowGap: 1,
        px: { xs: 2, sm: 4 },
        py: 1.5,
        borderBottom: 1,
        borderColor: "divider",
        bgcolor: "background.paper",
      }}
    >
      <LinkButton
        to="/"
        size="small"
        color="inherit"
        aria-label={t("edit.back")}
        sx={{ minWidth: 32, px: 1 }}
      >
        <Glyph name="back" />
      </LinkButton>
      <Typography
        variant="h2"
        component="h1"
        sx={{ maxWidth: "40ch", overflow: "hidden", textOverflow: "ellipsis" }}
        noWrap
      >
        {routeOf(document) ?? t("edit.new")}
      </Typography>
      <Typography
        component="output"
        variant="body2"
        color="textSecondary"
        sx={{ flex: 1, whiteSpace: "nowrap" }}
      >
        {readOnly
          ? t("edit.read_only")
          : count === 0
            ? t("edit.no_changes")
            : t("edit.changes", { count })}
        {away && ` · ${t("edit.away")}`}
      </Typography>

      {!isNarrow && (
        <ToggleButtonGroup
          exclusive
          size="small"
          value={view}
          aria-label={t("edit.view")}
          onChange={(_, chosen: View | null) => {
            if (chosen) show(chosen);
          }}
          sx={{ "& .MuiToggleButton-root": { py: 0.75, px: 3, textTransform: "none" } }}
        >
          {VIEWS.map((name) => (
            <ToggleButton key={name} value={name}>
              {t(`edit.view_${name}`)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      )}

      {readOnly ? <RunLink /> : <Changing />}
      <ActionMenu
        aria-label={t("edit.more")}
        actions={actions.filter(isInMenu)}
        size="small"
        color="inherit"
        sx={{ minWidth: 36 }}
      >
        <Glyph name="more" />
      </ActionMenu>
    </Box>
  );
}

function Changing() {
  const { t } = useTranslation();
  return (
    <>
      <Box sx={{ display: "flex" }}>
        <ActionButton action="undo" sx={{ minWidth: 36 }}>
          <Glyph name="undo" />
        </ActionButton>
        <ActionButton action="redo" sx={{ minWidth: 36 }}>
          <Glyph name="redo" />
        </ActionButton>
      </Box>
      <TryButton />
      <ActionButton action="save" variant="contained" color="primary">
        {t("edit.save")}
      </ActionButton>
    </>
  );
}

/** Who may only look may run it as it is published. */
function RunLink() {
  const { t } = useTranslation();
  const route = useEdit((state) => state.route) ?? "";
  return (
    <LinkButton to="/run/$route" params={{ route }} size="small" variant="outlined">
      {t("canvas.run")}
    </LinkButton>
  );
}

function isInMenu({ group, id }: Action): boolean {
  return (group === "document" && id !== "save") || group === "help";
}
