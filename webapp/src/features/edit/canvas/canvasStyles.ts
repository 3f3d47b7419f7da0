/**
 * How the canvas looks, as one style sheet: two hundred nodes that each bring styles of
 * their own would cost more than all else that is drawn.
 */
import { MONO, toneColor } from "@/shared/theme";

const LAYOUT_MS = 240;

const ACCENT = "var(--mui-palette-primary-main)";
const PAPER = "var(--mui-palette-background-paper)";
const LINE = "var(--mui-palette-divider)";
const DIM = "var(--mui-palette-text-secondary)";
const LOOP_LINE = "light-dark(#735097, #d0b1f5)";

/** Lines are darker than borders: they say what follows what. */
export const WAY = "light-dark(#8d929c, #757b86)";

export const canvasStyles = {
  "& .react-flow__node": { cursor: "grab" },
  "& .react-flow__node-mark": { cursor: "default" },
  "&[data-settling=true] .react-flow__node": {
    transition: `transform ${String(LAYOUT_MS)}ms ease, width ${String(LAYOUT_MS)}ms ease, height ${String(LAYOUT_MS)}ms ease`,
  },
  "&[data-settling=true] .react-flow__edge": {
    animation: `edit-appear ${String(LAYOUT_MS)}ms ease`,
  },
  "@keyframes edit-appear": { from: { opacity: 0 }, to: { opacity: 1 } },
  "@media (prefers-reduced-motion: reduce)": {
    "&[data-settling=true] .react-flow__node": { transition: "none" },
    "&[data-settling=true] .react-flow__edge": { animation: "none" },
  },

  "& .step": {
    display: "flex",
    width: "100%",
    height: "100%",
    gap: "10px",
    alignItems: "center",
    padding: "0 12px",
    font: "inherit",
    textAlign: "left",
    color: "var(--mui-palette-text-primary)",
    background: PAPER,
    border: `1.5px solid ${LINE}`,
    borderRadius: "12px",
    cursor: "inherit",
    transition: "box-shadow 120ms, opacity 120ms",
  },
  "& .react-flow__node:hover .step": { boxShadow: "0 2px 10px #0003" },
  "& .step[data-tone=ok]": { borderColor: toneColor("ok") },
  "& .step[data-tone=running]": { borderColor: toneColor("running") },
  "& .step[data-tone=waiting]": { borderColor: toneColor("waiting") },
  "& .step[data-tone=failed]": { borderColor: toneColor("failed") },
  "& .step[data-tone=skipped]": { borderStyle: "dashed", color: DIM },
  "& .step[data-fault=error]": { borderColor: toneColor("failed") },
  "& .step[data-fault=warning]": { borderColor: toneColor("waiting") },
  "& .step[aria-pressed=true]": {
    outline: `2px solid ${ACCENT}`,
    outlineOffset: "2px",
  },
  "& .step[data-lit=true], & .loop-frame[data-lit=true]": {
    outline: `3px solid ${ACCENT}`,
    outlineOffset: "1px",
  },
  "& .step[data-impossible=true]": { opacity: 0.35 },
  "& .step-words": { flex: 1, minWidth: 0, display: "grid" },
  "& .step-name, & .step-line": {
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    lineHeight: 1.35,
  },
  "& .step-name": { fontSize: 13, fontWeight: 600 },
  "& .step-line": { fontSize: 11, color: DIM, fontFamily: MONO },
  "& .step-badge": {
    display: "grid",
    justifyItems: "end",
    gap: "2px",
    fontSize: 11,
    fontWeight: 600,
    whiteSpace: "nowrap",
  },

  "& .loop-frame": {
    position: "absolute",
    inset: 0,
    borderRadius: "14px",
    border: `1.5px dashed ${LOOP_LINE}`,
    background: "light-dark(#f5ebff73, #372b4666)",
  },
  "& .loop-head": { position: "absolute", inset: "6px 6px auto 6px", height: 40 },
  "& .loop-head .step": { background: "transparent", borderColor: "transparent" },
  "& .loop-head .step[data-fault=error], & .loop-head .step[data-tone=failed]": {
    borderColor: toneColor("failed"),
  },
  "& .mark": {
    display: "grid",
    placeItems: "center",
    height: "100%",
    borderRadius: "13px",
    fontSize: 11,
    fontWeight: 600,
    color: LOOP_LINE,
    border: `1px solid ${LOOP_LINE}`,
    background: PAPER,
  },

  "& .react-flow__handle": {
    width: 12,
    height: 12,
    minWidth: 0,
    minHeight: 0,
    border: `1.5px solid ${WAY}`,
    background: PAPER,
    borderRadius: "50%",
    transition: "transform 120ms",
  },
  "& .react-flow__handle.target": { opacity: 0, pointerEvents: "none" },
  // While a way is drawn the whole node takes it.
  "&[data-drawing=true] .react-flow__handle.target": {
    inset: 0,
    width: "100%",
    height: "100%",
    transform: "none",
    borderRadius: "12px",
    pointerEvents: "all",
    zIndex: 2,
  },
  "& .exit-plus": {
    position: "absolute",
    inset: 0,
    display: "grid",
    placeItems: "center",
    fontSize: 14,
    lineHeight: 1,
    fontWeight: 700,
    color: PAPER,
    opacity: 0,
    pointerEvents: "none",
  },
  "& .react-flow__handle.source:hover": {
    background: ACCENT,
    borderColor: ACCENT,
    scale: "1.6",
  },
  "& .react-flow__handle.source:hover .exit-plus": { opacity: 1 },
  "& .exit-catch": { opacity: 0, borderColor: toneColor("failed") },
  "& .react-flow__node:hover .exit-catch, & .exit-catch[data-used=true], & .react-flow__node.selected .exit-catch":
    { opacity: 1 },
  "& .exit-side": {
    position: "absolute",
    top: "100%",
    transform: "translate(-50%, 8px)",
    padding: "0 5px",
    borderRadius: "6px",
    fontSize: 11,
    fontWeight: 600,
    lineHeight: "16px",
    color: "light-dark(#895700, #e7b876)",
    background: "light-dark(#fdeed9, #402e12)",
    pointerEvents: "none",
    zIndex: 1,
  },

  "& .way": { fill: "none", stroke: WAY, strokeWidth: 1.5 },
  "& .way-head": { fill: WAY },
  "& .way-catch .way": { stroke: toneColor("failed"), strokeDasharray: "5 4" },
  "& .way-catch .way-head": { fill: toneColor("failed") },
  "& .way-implied .way": { strokeDasharray: "2 4" },
  "& .way-chosen .way, & .way-lit .way": { stroke: ACCENT, strokeWidth: 3 },
  "& .way-chosen .way-head, & .way-lit .way-head": { fill: ACCENT },
  "& .way-hit": {
    fill: "none",
    stroke: "transparent",
    strokeWidth: 22,
    cursor: "pointer",
  },
  "& .way-add": { opacity: 0, cursor: "pointer", transition: "opacity 120ms" },
  "& .react-flow__edge:hover .way-add, & .way-chosen .way-add": { opacity: 1 },
  // Who may only look is offered no place for a step.
  "&[data-read-only=true] :is(.way-add, .react-flow__handle)": { visibility: "hidden" },
  "& .way-add circle": { fill: PAPER, stroke: ACCENT, strokeWidth: 1.5 },
  "& .way-add path": { stroke: ACCENT, strokeWidth: 2, strokeLinecap: "round" },
  "& .react-flow__selection": {
    background: "color-mix(in srgb, var(--mui-palette-primary-main) 10%, transparent)",
    border: `1px solid ${ACCENT}`,
  },
  "& .react-flow__nodesselection-rect": { display: "none" },
  "& .whole-map": {
    width: 168,
    height: 112,
    borderRadius: "8px",
    overflow: "hidden",
    border: `1px solid ${LINE}`,
    background: PAPER,
  },
  "& .whole-map svg": { width: "100%", height: "100%", touchAction: "none" },
  "& .whole-map-boxes": { fill: "light-dark(#b9bfca, #555b66)" },
  "& .whole-map-seen": {
    fill: "light-dark(#2b5fd01a, #8fb4ff26)",
    stroke: ACCENT,
    strokeWidth: 1.5,
    vectorEffect: "non-scaling-stroke",
  },
} as const;

export const SETTLE_MS = LAYOUT_MS;
