/** Every action by its name: type a part of it, Enter does it. */
import Box from "@mui/material/Box";
import InputBase from "@mui/material/InputBase";
import Typography from "@mui/material/Typography";
import { useId, useState } from "react";

import { useTranslation } from "@/shared/i18n";

import { EditDialog } from "../EditDialog";
import type { Action } from "./action";
import { shownKeys } from "./keys";
import { useActions } from "./registry";

export function CommandDialog() {
  const { t } = useTranslation();

  return (
    <EditDialog
      name="commands"
      width="sm"
      slotProps={{ paper: { "aria-label": t("edit.commands") } }}
      // It goes at once: opened again while it fades, it would still have the old text.
      transitionDuration={0}
      // What an action opens or focuses must not lose it to what was focused before.
      disableRestoreFocus
      sx={{ "& .MuiDialog-container": { alignItems: "start", pt: "10vh" } }}
    >
      {(close) => <Commands onDone={close} />}
    </EditDialog>
  );
}

function Commands({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const list = useId();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const actions = useActions();

  const wanted = query.trim().toLocaleLowerCase();
  const found = actions
    .filter(({ id }) => id !== "commands")
    .map((action) => ({ action, rank: rankOf(action, wanted) }))
    .filter(({ rank }) => rank < Infinity)
    .sort((one, other) => one.rank - other.rank)
    .map(({ action }) => action);
  const chosen = found[Math.min(at, found.length - 1)];

  /** An action of just this name comes before those in whose names it stands. */
  function rankOf({ label, id }: Action, asked: string): number {
    const name = t(label).toLocaleLowerCase();
    if (asked === "") return 0;
    if (name === asked || id === asked) return 0;
    if (name.startsWith(asked)) return 1;
    return name.includes(asked) || id.includes(asked) ? 2 : Infinity;
  }

  const perform = (action: Action | undefined) => {
    if (!action?.when()) return;
    onDone();
    action.perform();
  };

  return (
    <>
      <InputBase
        autoFocus
        fullWidth
        placeholder={t("edit.commands_hint")}
        value={query}
        inputProps={{
          role: "combobox",
          "aria-label": t("edit.commands_hint"),
          "aria-expanded": true,
          "aria-controls": list,
          ...(chosen && { "aria-activedescendant": `${list}-${chosen.id}` }),
        }}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step !== undefined) {
            event.preventDefault();
            setAt((at + step + found.length) % Math.max(found.length, 1));
          }
          if (event.key === "Enter") {
            event.preventDefault();
            perform(chosen);
          }
        }}
        sx={{ px: 4, py: 3, fontSize: 16, borderBottom: 1, borderColor: "divider" }}
      />
      <Box
        role="listbox"
        id={list}
        aria-label={t("edit.commands")}
        sx={{ overflowY: "auto", maxHeight: "50vh", p: 1 }}
      >
        {found.map((action) => (
          <Box
            key={action.id}
            id={`${list}-${action.id}`}
            role="option"
            aria-selected={action === chosen}
            aria-disabled={!action.when()}
            ref={(element: HTMLElement | null) => {
              if (action === chosen) element?.scrollIntoView({ block: "nearest" });
            }}
            onClick={() => {
              perform(action);
            }}
            sx={{
              display: "flex",
              justifyContent: "space-between",
              gap: 4,
              px: 3,
              py: 1.5,
              borderRadius: 1,
              cursor: action.when() ? "pointer" : "default",
              color: action.when() ? "text.primary" : "text.secondary",
              bgcolor: action === chosen ? "action.selected" : "transparent",
            }}
          >
            <span>
              <Typography component="span" color="textSecondary" variant="body2">
                {t(`edit.group.${action.group}`)}
              </Typography>{" "}
              {t(action.label)}
            </span>
            <kbd>{action.keys?.[0] && shownKeys(action.keys[0])}</kbd>
          </Box>
        ))}
      </Box>
      {found.length === 0 && (
        <Typography color="textSecondary" sx={{ px: 4, pb: 3 }}>
          {t("edit.commands_none")}
        </Typography>
      )}
    </>
  );
}
