/** One row: a step with what it does and where it leads, or one of its ways. */
import Box from "@mui/material/Box";
import { memo, type ReactNode } from "react";

import { Tile } from "@/canvas/nodes/Tile";
import { KINDS } from "@/canvas/nodes/registry";
import { useTranslation } from "@/shared/i18n";
import { CHOSEN, MONO, toneColor, VISUALLY_HIDDEN } from "@/shared/theme";

import { isError, useFaultsOf } from "../faults/faultState";
import { RunMarks } from "../try/RunMarks";
import { isItemEnd, type NodeRow, type Row, sideWord, waysFrom } from "./rows";

const INDENT_PIXELS = 20;

interface OutlineRowProps {
  row: Row;
  /** Tab leads here. */
  isActive: boolean;
  isChosen: boolean;
  onFocus: (row: Row, isAdding: boolean) => void;
  onToggle: (row: Row) => void;
}

/** Drawn again only when it has changed: there can be a thousand of them. */
export const OutlineRow = memo(function OutlineRow(props: OutlineRowProps) {
  const { row, isActive, isChosen, onFocus, onToggle } = props;
  const isOpen = row.kind === "node" ? row.isOpen : undefined;

  return (
    <Box
      role="row"
      data-row={row.key}
      tabIndex={isActive ? 0 : -1}
      aria-level={row.level}
      aria-posinset={row.place}
      aria-setsize={row.siblings}
      {...(isOpen !== undefined && { "aria-expanded": isOpen })}
      aria-selected={isChosen}
      onFocus={(event) => {
        // A click chooses by itself, perhaps beside others.
        if (event.target === event.currentTarget && !isActive) onFocus(row, false);
      }}
      onClick={(event) => {
        event.currentTarget.focus();
        onFocus(row, event.ctrlKey || event.metaKey || event.shiftKey);
      }}
      sx={{
        display: "grid",
        gridTemplateColumns: {
          xs: "minmax(0, 1fr)",
          sm: "minmax(0, 5fr) minmax(0, 3fr) minmax(0, 4fr)",
        },
        alignItems: "center",
        columnGap: 2,
        minHeight: row.kind === "node" ? 44 : 32,
        px: 3,
        py: 1,
        borderTop: 1,
        borderColor: "divider",
        cursor: "default",
        bgcolor: isChosen ? CHOSEN : "transparent",
        "&:hover": { bgcolor: isChosen ? CHOSEN : "action.hover" },
        "&:focus-visible": { outlineOffset: -2 },
      }}
    >
      <Box
        role="gridcell"
        sx={{
          display: "flex",
          alignItems: "center",
          gap: 2,
          minWidth: 0,
          pl: `${String((row.level - 1) * INDENT_PIXELS)}px`,
        }}
      >
        <Twisty
          isOpen={isOpen}
          onToggle={() => {
            onToggle(row);
          }}
        />
        {row.kind === "node" ? <Name row={row} /> : <Way row={row} />}
      </Box>
      {row.kind === "node" ? (
        <>
          <Box role="gridcell" sx={{ color: "text.secondary", minWidth: 0 }}>
            <What row={row} />
          </Box>
          <Box role="gridcell" sx={{ color: "text.secondary", minWidth: 0 }}>
            <Leads row={row} />
          </Box>
        </>
      ) : (
        <>
          <span role="gridcell" />
          <span role="gridcell" />
        </>
      )}
    </Box>
  );
});

/** For the pointer: keys open and close the row itself. */
function Twisty({
  isOpen,
  onToggle,
}: {
  isOpen: boolean | undefined;
  onToggle: () => void;
}) {
  return (
    <Box
      component="span"
      aria-hidden
      onClick={(event) => {
        event.stopPropagation();
        onToggle();
      }}
      sx={{
        width: 16,
        flexShrink: 0,
        textAlign: "center",
        cursor: isOpen === undefined ? "default" : "pointer",
        transform: isOpen ? "rotate(90deg)" : "none",
        transition: "transform 120ms",
      }}
    >
      {isOpen === undefined ? "" : "›"}
    </Box>
  );
}

const CUT = { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" };

function Name({ row }: { row: NodeRow }) {
  const { t } = useTranslation();
  const { node } = row;
  const faults = useFaultsOf(node.id);
  const isWrong = faults.some(isError);

  return (
    <>
      <Tile type={node.type} size={28} />
      <Box sx={{ minWidth: 0 }}>
        <Box sx={{ fontWeight: 600, ...CUT }}>{node.id}</Box>
        {node.description && (
          <Box lang="en" sx={{ color: "text.secondary", fontSize: 12, ...CUT }}>
            {node.description}
          </Box>
        )}
      </Box>
      {faults.length > 0 && (
        <Box
          component="span"
          title={faults.map(({ message }) => message).join("\n")}
          sx={{
            color: toneColor(isWrong ? "failed" : "waiting"),
            fontSize: 12,
            fontWeight: 600,
            whiteSpace: "nowrap",
          }}
        >
          <span aria-hidden>{isWrong ? "✕" : "!"} </span>
          {t("edit.outline.faults", { count: faults.length })}
        </Box>
      )}
      <Box
        component="span"
        sx={{ display: "flex", gap: 1, fontSize: 12, fontWeight: 600 }}
      >
        <RunMarks node={node.id} />
      </Box>
    </>
  );
}

function What({ row: { node } }: { row: NodeRow }) {
  const { t } = useTranslation();
  const line = KINDS[node.type].line(node);
  return (
    <Box sx={CUT}>
      {t(`edit.kind.${node.type}`)}
      {line && line !== node.description && (
        <Box component="span" sx={{ fontFamily: MONO, fontSize: 12 }}>
          {" "}
          {line}
        </Box>
      )}
    </Box>
  );
}

function Leads({ row: { node } }: { row: NodeRow }) {
  const { t } = useTranslation();
  const target = useTargetWord();
  const ways = waysFrom(node);
  if (ways.length === 0) {
    return node.type === "end" ? null : <em>{t("edit.outline.nowhere")}</em>;
  }

  const parts: ReactNode[] = ways.map(({ to, side }, at) => (
    <span key={`${side ?? ""} ${to}`}>
      {at > 0 && ", "}
      {side && <em>{t(sideWord(side))}: </em>}
      {target(to)}
    </span>
  ));
  return (
    <Box sx={CUT}>
      <Box component="span" aria-hidden>
        →{" "}
      </Box>
      <Box component="span" sx={VISUALLY_HIDDEN}>
        {t("edit.outline.leads")}{" "}
      </Box>
      {parts}
    </Box>
  );
}

function Way({ row }: { row: Row }) {
  const { t } = useTranslation();
  const target = useTargetWord();
  if (row.kind !== "way") return null;
  const { side, to } = row.way;
  return (
    <Box sx={{ color: "text.secondary", fontSize: 13, ...CUT }}>
      {t("edit.outline.way", { side: t(sideWord(side)), to: target(to) })}
    </Box>
  );
}

function useTargetWord(): (to: string) => string {
  const { t } = useTranslation();
  return (to) => (isItemEnd(to) ? t("edit.outline.item_end") : to);
}
