/** One of a few values, or any: each a chip to press. */
import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";

interface ChipChoiceProps {
  label: string;
  choices: [value: string, word: string][];
  /** The word for no choice. */
  any: string;
  chosen: string;
  onChoose: (value: string) => void;
}

export function ChipChoice({ label, choices, any, chosen, onChoose }: ChipChoiceProps) {
  return (
    <Box
      role="group"
      aria-label={label}
      sx={{
        display: "flex",
        // A phone scrolls them sideways: else they fill its first page.
        flexWrap: { xs: "nowrap", sm: "wrap" },
        overflowX: { xs: "auto", sm: "visible" },
        gap: 2,
        "& > *": { flexShrink: 0 },
      }}
    >
      {[["", any] as const, ...choices].map(([value, word]) => (
        <Chip
          key={value}
          label={word}
          variant={value === chosen ? "filled" : "outlined"}
          color={value === chosen ? "primary" : "default"}
          aria-pressed={value === chosen}
          onClick={() => {
            onChoose(value);
          }}
        />
      ))}
    </Box>
  );
}
