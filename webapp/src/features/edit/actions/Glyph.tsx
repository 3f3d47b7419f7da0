/** Small drawings on the buttons of the editor. */
import { Glyph as Drawing } from "@/shared/ui/Glyph";

const GLYPHS = {
  undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  redo: "m15 14 5-5-5-5m5 5H10a6 6 0 0 0 0 12h3",
  back: "M15 5l-7 7 7 7",
  more: "M5 12h.01M12 12h.01M19 12h.01",
} as const;

export function Glyph({ name }: { name: keyof typeof GLYPHS }) {
  // Dots are as large as their line is wide.
  return <Drawing d={GLYPHS[name]} size={18} stroke={name === "more" ? 3 : 1.8} />;
}
