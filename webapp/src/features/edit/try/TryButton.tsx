/** Runs what is edited, and says how many steps that spares. */
import Button from "@mui/material/Button";
import ButtonGroup from "@mui/material/ButtonGroup";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { useState } from "react";

import { stepsIn } from "@/pipeline/reuse";
import { useTranslation } from "@/shared/i18n";

import { shownKeys } from "../actions/keys";
import { useEdit } from "../store";
import { tryActions } from "./actions";
import { InputDialog } from "./InputDialog";
import { run } from "./run";
import { useTry } from "./tryState";
import { useTryStatus } from "./useFollowRun";

export function TryButton() {
  const { t } = useTranslation();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const starting = useTry((state) => state.starting);
  const status = useTryStatus();
  const isRunning = status?.status === "running" || starting;
  const kept = useTry((state) => state.spared);
  const total = useEdit((state) => stepsIn(state.document).length);
  // Which actions there are depends on what is chosen.
  useEdit((state) => state.selection);

  const failed = status?.status === "error" && kept.size > 0;
  const word = failed ? "canvas.resume" : "canvas.run";
  const label =
    kept.size > 0
      ? `${t(word)} ${t("canvas.reuses", { kept: kept.size, total })}`
      : t("canvas.run");
  return (
    <>
      <ButtonGroup size="small" variant="outlined">
        <Button
          disabled={starting}
          loading={isRunning}
          loadingPosition="start"
          onClick={() => void run()}
          sx={{ whiteSpace: "nowrap" }}
        >
          {label}
        </Button>
        <Button
          aria-label={t("canvas.run_more")}
          aria-haspopup="menu"
          onClick={({ currentTarget }) => {
            setAnchor(currentTarget);
          }}
          sx={{ px: 1, minWidth: 28 }}
        >
          ▾
        </Button>
      </ButtonGroup>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={() => {
          setAnchor(null);
        }}
      >
        {tryActions.map((action) => (
          <MenuItem
            key={action.id}
            dense
            disabled={!action.when()}
            onClick={() => {
              setAnchor(null);
              action.perform();
            }}
            sx={{ justifyContent: "space-between", gap: 6 }}
          >
            {t(action.label)}
            <kbd style={{ font: "inherit", fontSize: 12, opacity: 0.75 }}>
              {action.keys?.[0] && shownKeys(action.keys[0])}
            </kbd>
          </MenuItem>
        ))}
      </Menu>
      <InputDialog />
    </>
  );
}
