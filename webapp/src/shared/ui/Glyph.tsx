/** A small drawing of lines, in the colour of the text around it. */
interface GlyphProps {
  /** The `d` of a path in a square of 24. */
  d: string;
  size?: number;
  /** The width of the lines. */
  stroke?: number;
}

export function Glyph({ d, size = 20, stroke = 1.6 }: GlyphProps) {
  return (
    <svg
      aria-hidden
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={stroke}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={d} />
    </svg>
  );
}
