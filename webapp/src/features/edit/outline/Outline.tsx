/**
 * The document as a tree of rows, in which everything can be done by keyboard, by a
 * screen reader, and on a phone. One row has the focus; the nodes that are chosen are
 * those of the whole editor.
 */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import {
  type KeyboardEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";

import { disconnect } from "@/pipeline/edits/ways";
import { useTranslation } from "@/shared/i18n";

import { ActionButton } from "../actions/ActionButton";
import { useActions } from "../actions/registry";
import { perform, useEdit, useReadOnly } from "../store";
import { useUi } from "../ui";
import { OutlineRow } from "./OutlineRow";
import { type Row, rowsOf } from "./rows";

const TOOLS = ["add", "connect", "rename", "delete", "duplicate"] as const;
const MOVES = ["move-up", "move-down", "into-loop", "out-of-loop"] as const;

export function Outline({ isNarrow }: { isNarrow: boolean }) {
  const { t } = useTranslation();
  const document = useEdit((state) => state.document);
  const selection = useEdit((state) => state.selection);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string>();
  const grid = useRef<HTMLDivElement>(null);
  const actions = useActions();
  const readOnly = useReadOnly();

  const rows = useMemo(() => rowsOf(document, toggled), [document, toggled]);
  const current = currentRow(rows, active, selection);

  const focus = (row: Row | undefined) => {
    if (!row) return;
    setActive(row.key);
    grid.current
      ?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.key)}"]`)
      ?.focus();
  };
  // Where it is narrow the page begins with it, and at its top.
  useFollowedSelection(grid, current, !isNarrow);

  const toggle = useCallback((row: Row) => {
    if (row.kind !== "node" || row.isOpen === undefined) return;
    setToggled((before) => {
      const next = new Set(before);
      if (!next.delete(row.key)) next.add(row.key);
      return next;
    });
  }, []);
  const activate = useCallback((row: Row, isAdding: boolean) => {
    setActive(row.key);
    choose(row, isAdding);
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!current || event.altKey || event.ctrlKey || event.metaKey) return;
    const act = keyOf({ event, rows, current, focus, toggle });
    if (!act) return;
    event.preventDefault();
    act();
  };

  return (
    <Box
      component="section"
      aria-label={t("edit.view_outline")}
      sx={{
        flex: 1,
        minWidth: 0,
        overflowY: isNarrow ? "visible" : "auto",
        p: { xs: 2, sm: 4 },
      }}
    >
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, mb: 2 }}>
        {[...TOOLS, ...MOVES]
          .filter((id) => actions.some((action) => action.id === id))
          .map((id) => (
            <ActionButton
              key={id}
              action={id}
              variant="outlined"
              sx={{ borderColor: "divider" }}
            />
          ))}
      </Box>
      {rows.length === 0 && (
        <Typography color="textSecondary">{t("edit.outline.empty")}</Typography>
      )}
      <Box
        ref={grid}
        role="treegrid"
        aria-label={t("edit.outline.label")}
        aria-multiselectable
        aria-colcount={3}
        onKeyDown={onKeyDown}
        sx={{
          border: 1,
          borderColor: "divider",
          borderRadius: 1.5,
          overflow: "hidden",
        }}
      >
        <Head isNarrow={isNarrow} />
        {rows.map((row) => (
          <OutlineRow
            key={row.key}
            row={row}
            isActive={row.key === current?.key}
            isChosen={row.kind === "node" && selection.includes(row.key)}
            onFocus={activate}
            onToggle={toggle}
          />
        ))}
      </Box>
      {!readOnly && (
        <Typography variant="body2" color="textSecondary" sx={{ mt: 2 }}>
          {isNarrow ? t("edit.outline.narrow") : t("edit.outline.hint")}
        </Typography>
      )}
      {isNarrow && selection.length === 1 && (
        <Button
          variant="contained"
          onClick={showFields}
          // In sight as long as the steps are: the fields stand below, maybe far away.
          sx={{ position: "sticky", bottom: 8, mt: 2, float: "right" }}
        >
          {t("canvas.panel")}
        </Button>
      )}
    </Box>
  );
}

function showFields(): void {
  window.document.querySelector("#content aside")?.scrollIntoView();
}

function Head({ isNarrow }: { isNarrow: boolean }) {
  const { t } = useTranslation();
  const words = ["edit.outline.step", "edit.outline.kind", "edit.outline.leads"];
  return (
    <Box
      role="row"
      sx={{
        display: isNarrow ? "none" : "grid",
        gridTemplateColumns: "minmax(0, 5fr) minmax(0, 3fr) minmax(0, 4fr)",
        px: 3,
        py: 1,
        fontSize: 12,
        color: "text.secondary",
        bgcolor: "background.paper",
      }}
    >
      {words.map((word) => (
        <span role="columnheader" key={word}>
          {t(word)}
        </span>
      ))}
    </Box>
  );
}

/** The row that Tab leads to: the last one with the focus, else what is chosen. */
function currentRow(
  rows: Row[],
  active: string | undefined,
  selection: readonly string[],
): Row | undefined {
  const known = (key: string | undefined) => rows.find((row) => row.key === key);
  const row = known(active);
  // What is chosen elsewhere, such as by a fault, is where one is.
  const isElsewhere =
    row?.kind === "node" && selection.length === 1 && selection[0] !== row.key;
  return (isElsewhere ? known(selection[0]) : row) ?? known(selection[0]) ?? rows[0];
}

function choose(row: Row, isAdding: boolean): void {
  const { select, selection } = useEdit.getState();
  if (row.kind === "way") {
    // Keys that change nodes would change one that nobody looks at.
    select([]);
    return;
  }
  if (!isAdding) {
    if (!selection.includes(row.key) || selection.length > 1) select([row.key]);
    return;
  }
  select(
    selection.includes(row.key)
      ? selection.filter((id) => id !== row.key)
      : [...selection, row.key],
  );
}

/**
 * When a row goes, as a node that is deleted, the focus stays in the tree. Who came to it
 * by a key has the focus nowhere, and presses arrows next.
 */
function useFollowedSelection(
  grid: React.RefObject<HTMLDivElement | null>,
  current: Row | undefined,
  takesFocus: boolean,
): void {
  const hadFocus = useRef(takesFocus);
  useEffect(() => {
    const element = grid.current;
    const isLost = window.document.activeElement === window.document.body;
    if (element && current && hadFocus.current && isLost) {
      element
        .querySelector<HTMLElement>(`[data-row="${CSS.escape(current.key)}"]`)
        ?.focus();
    }
    hadFocus.current = element?.contains(window.document.activeElement) ?? false;
  });
}

interface KeyContext {
  event: KeyboardEvent;
  rows: Row[];
  current: Row;
  focus: (row: Row | undefined) => void;
  toggle: (row: Row) => void;
}

/** What a key does in the tree; undefined: nothing of its own. */
function keyOf({ event, rows, current, focus, toggle }: KeyContext) {
  const at = rows.indexOf(current);
  const isOpen = current.kind === "node" ? current.isOpen : undefined;
  const go = (index: number) => () => {
    const row = rows[index];
    focus(row);
    if (row && event.shiftKey) choose(row, true);
  };

  switch (event.key) {
    case "ArrowDown":
      return go(Math.min(at + 1, rows.length - 1));
    case "ArrowUp":
      return go(Math.max(at - 1, 0));
    case "Home":
      return go(0);
    case "End":
      return go(rows.length - 1);
    case "ArrowRight":
      if (isOpen === undefined) return undefined;
      return isOpen
        ? go(at + 1)
        : () => {
            toggle(current);
          };
    case "ArrowLeft":
      if (isOpen) {
        return () => {
          toggle(current);
        };
      }
      return () => {
        focus(rows.find((row) => row.key === current.parent));
      };
    case " ":
      return () => {
        choose(current, true);
      };
    case "Enter":
      return () => {
        if (current.kind === "way")
          focus(rows.find(({ key }) => key === current.way.to));
        else useUi.getState().goTo(current.key);
      };
    case "Delete":
    case "Backspace": {
      if (current.kind === "node" || useEdit.getState().readOnly) return undefined;
      const { way } = current;
      return () => {
        focus(rows[at + 1]?.parent === current.parent ? rows[at + 1] : rows[at - 1]);
        perform((document) => disconnect(document, way));
      };
    }
    default:
      return undefined;
  }
}
