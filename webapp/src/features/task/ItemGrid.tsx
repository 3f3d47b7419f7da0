/** The items of a loop as tiles. Only those in view are drawn, and asked for. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useQueries } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";

import { below } from "@/pipeline/framePath";
import { engine } from "@/shared/api/client";
import type { Json, LoopItem } from "@/shared/api/types";
import { useTranslation } from "@/shared/i18n";
import { CHOSEN, MONO, toneColor, VISUALLY_HIDDEN } from "@/shared/theme";
import { StatusIcon, statusWord, toneOf } from "@/shared/ui/StatusChip";

import { indexIn, itemAt } from "./items";

const PAGE = 200;
const TILE_WIDTH = 128;
const ROW_HEIGHT = 52;
const MAX_HEIGHT = 320;
const POLL_MS = 2000;

interface ItemGridProps {
  task: string;
  /** The loop: in which frame, and its node. */
  path: string;
  node: string;
  total: number;
  running: boolean;
  /** The moment that is shown; undefined: the present. */
  at: number | undefined;
  /** The path of the item that is chosen. */
  chosen: string;
  onChoose: (path: string) => void;
}

export function ItemGrid(props: ItemGridProps) {
  const { task, path, node, total, running, at, chosen, onChoose } = props;
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(2);
  const chosenIndex = indexIn(chosen, path, node);
  const [active, setActive] = useState(chosenIndex ?? 0);

  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      setColumns(Math.max(1, Math.floor(element.clientWidth / TILE_WIDTH)));
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);

  // eslint-disable-next-line react-hooks/incompatible-library -- nothing is memoized here
  const rows = useVirtualizer({
    count: Math.ceil(total / columns),
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 4,
  });

  useEffect(() => {
    // The item that is chosen comes into view, also where rows are longer now.
    if (chosenIndex === undefined) return;
    rows.scrollToIndex(Math.floor(chosenIndex / columns), { align: "center" });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- not after each choice
  }, [columns, rows]);

  const shown = rows.getVirtualItems();
  const first = (shown[0]?.index ?? 0) * columns;
  const last = Math.min(total, ((shown.at(-1)?.index ?? 0) + 1) * columns) - 1;
  const items = useItems({ task, path, node, running, first, last });

  const focus = (index: number) => {
    setActive(index);
    rows.scrollToIndex(Math.floor(index / columns));
    const isThere = focusTile(frame.current, index);
    // A tile that is far away has to be drawn first.
    if (!isThere) requestAnimationFrame(() => focusTile(frame.current, index));
  };

  const move = (event: KeyboardEvent) => {
    const page = Math.floor(MAX_HEIGHT / ROW_HEIGHT) * columns;
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
      PageDown: page,
      PageUp: -page,
      Home: -total,
      End: total,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    focus(Math.min(total - 1, Math.max(0, active + step)));
  };

  return (
    <Box
      ref={frame}
      role="listbox"
      aria-label={t("task.items_of", { node })}
      onKeyDown={move}
      sx={{ maxHeight: MAX_HEIGHT, overflow: "auto", mx: -1 }}
    >
      <Box
        role="presentation"
        sx={{ position: "relative" }}
        style={{ height: rows.getTotalSize() }}
      >
        {shown.map((row) => (
          <Box
            key={row.key}
            role="presentation"
            sx={{
              position: "absolute",
              insetInline: 0,
              top: 0,
              height: ROW_HEIGHT,
              display: "grid",
            }}
            style={{
              transform: `translateY(${String(row.start)}px)`,
              gridTemplateColumns: `repeat(${String(columns)}, minmax(0, 1fr))`,
            }}
          >
            {indicesOf(row.index, columns, total).map((index) => (
              <ItemTile
                key={index}
                index={index}
                total={total}
                item={itemAt(items.get(index), at)}
                chosen={index === chosenIndex}
                active={index === Math.min(active, total - 1)}
                onChoose={(item) => {
                  setActive(index);
                  onChoose(below(task, item.path));
                }}
              />
            ))}
          </Box>
        ))}
      </Box>
    </Box>
  );
}

function focusTile(frame: HTMLElement | null, index: number): boolean {
  const tile = frame?.querySelector<HTMLElement>(`[data-index="${String(index)}"]`);
  tile?.focus({ preventScroll: true });
  return tile !== null && tile !== undefined;
}

function indicesOf(row: number, columns: number, total: number): number[] {
  const first = row * columns;
  return Array.from(
    { length: Math.min(columns, total - first) },
    (_, at) => first + at,
  );
}

interface Wanted {
  task: string;
  path: string;
  node: string;
  running: boolean;
  first: number;
  last: number;
}

/** The items in view, by index, from the pages that hold them. */
function useItems(wanted: Wanted): Map<number, LoopItem> {
  const { task, path, node, running, first, last } = wanted;
  const pages: number[] = [];
  for (let at = first - (first % PAGE); at <= last; at += PAGE) pages.push(at);

  const results = useQueries({
    queries: pages.map((at) => ({
      queryKey: ["task", task, "items", path, node, at],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        engine.items(task, { path, node }, { first: at, limit: PAGE }, signal),
      refetchInterval: running ? POLL_MS : (false as const),
    })),
  });
  return new Map(
    results.flatMap(({ data }) =>
      (data?.items ?? []).map((item) => [item.index, item] as const),
    ),
  );
}

interface ItemTileProps {
  index: number;
  total: number;
  item: LoopItem | undefined;
  chosen: boolean;
  active: boolean;
  onChoose: (item: LoopItem) => void;
}

function ItemTile({ index, total, item, chosen, active, onChoose }: ItemTileProps) {
  const { t } = useTranslation();
  const status = item?.status ?? "pending";
  const tone = toneOf(status);
  const there = item !== undefined && status !== "pending";

  return (
    <Box
      role="option"
      data-index={index}
      aria-selected={chosen}
      aria-setsize={total}
      aria-posinset={index + 1}
      aria-disabled={!there}
      tabIndex={active ? 0 : -1}
      onClick={() => {
        if (there) onChoose(item);
      }}
      onKeyDown={(event) => {
        if (there && (event.key === "Enter" || event.key === " ")) {
          event.preventDefault();
          onChoose(item);
        }
      }}
      sx={{
        position: "relative",
        m: 1,
        px: 2,
        display: "grid",
        alignContent: "center",
        minWidth: 0,
        borderRadius: 1,
        border: "1px solid",
        borderColor: chosen ? "primary.main" : "divider",
        bgcolor: chosen ? CHOSEN : "background.paper",
        cursor: there ? "pointer" : "default",
        "&:hover": there ? { borderColor: "text.secondary" } : {},
      }}
    >
      <Box sx={{ display: "flex", gap: 1.5, fontSize: 12, color: toneColor(tone) }}>
        <StatusIcon tone={tone} />
        <Box component="span" sx={{ color: "text.primary", fontWeight: 600 }}>
          {index}
        </Box>
        <Box component="span" sx={VISUALLY_HIDDEN}>
          {t(statusWord(status))}
        </Box>
      </Box>
      <Typography
        component="span"
        noWrap
        sx={{ fontFamily: MONO, fontSize: 11, color: "text.secondary" }}
      >
        {item?.message ?? shortOf(item?.item ?? null)}
      </Typography>
    </Box>
  );
}

const SHORT_CHARACTERS = 60;

function shortOf(value: Json): string {
  if (value === null) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.slice(0, SHORT_CHARACTERS);
}
