/** JSON that can be unfolded. */
import Box from "@mui/material/Box";

import type { Json } from "@/shared/api/types";
import { MONO } from "@/shared/theme";

const ITEMS_SHOWN = 200;

interface JsonViewProps {
  value: Json;
  name?: string;
  open?: boolean;
}

export function JsonView({ value, name, open = true }: JsonViewProps) {
  const label = name === undefined ? "" : `${name}: `;
  const style = { fontFamily: MONO, fontSize: 12, overflowWrap: "anywhere" } as const;

  if (value === null || typeof value !== "object" || isShort(value)) {
    return (
      <Box sx={style}>
        {label}
        {JSON.stringify(value)}
      </Box>
    );
  }

  const entries = Object.entries(value);
  const brackets = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return (
    <Box component="details" open={open} sx={style}>
      <summary>
        {label}
        {brackets[0]} {entries.length} {brackets[1]}
      </summary>
      <Box sx={{ pl: 4 }}>
        {entries.slice(0, ITEMS_SHOWN).map(([key, item]) => (
          <JsonView key={key} name={key} value={item} open={false} />
        ))}
        {entries.length > ITEMS_SHOWN && "…"}
      </Box>
    </Box>
  );
}

/** `[1, 2, 30, 40]` says more in one line. */
function isShort(value: Json[] | Record<string, Json>): boolean {
  return (
    Array.isArray(value) &&
    value.length <= 8 &&
    value.every((item) => item === null || typeof item !== "object")
  );
}
