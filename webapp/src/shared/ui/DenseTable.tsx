/** A table with many rows to look over: low rows, quiet heads. */
import Box from "@mui/material/Box";
import Paper from "@mui/material/Paper";
import type { CSSProperties, ReactNode } from "react";

export const ROW_HEIGHT = 36;

/** Cells that only wider windows have room for. */
export const FROM_SM = { display: { xs: "none", sm: "table-cell" } };
export const FROM_MD = { display: { xs: "none", md: "table-cell" } };

/** Numbers and times. */
export const RIGHT = { textAlign: "right !important" };

interface DenseTableProps {
  children: ReactNode;
  /** Pixels: a longer one is scrolled in its place, below its head. */
  maxHeight?: number;
  /** What the part is called that can be scrolled. */
  label?: string;
  /** Below the rows. */
  foot?: ReactNode;
  sx?: object;
  style?: CSSProperties;
}

export function DenseTable(props: DenseTableProps) {
  const { children, maxHeight, label, foot, sx = {}, style } = props;
  const scrolled = maxHeight !== undefined;
  return (
    <Paper sx={{ borderRadius: 1.5, overflow: "hidden" }}>
      <Box
        sx={{ overflow: "auto", maxHeight }}
        {...(scrolled && { role: "region", tabIndex: 0, "aria-label": label })}
      >
        <Box
          component="table"
          style={style}
          sx={{
            width: "100%",
            borderCollapse: "collapse",
            fontSize: 13,
            "& th, & td": {
              height: ROW_HEIGHT,
              px: { xs: 2, sm: 3 },
              py: 0,
              textAlign: "left",
              fontWeight: 400,
              whiteSpace: "nowrap",
            },
            "& tbody tr": { borderTop: 1, borderColor: "divider" },
            "& thead th": {
              color: "text.secondary",
              fontSize: 12,
              ...(scrolled && HEAD),
            },
            "& tbody tr:hover": { bgcolor: "action.hover" },
            ...sx,
          }}
        >
          {children}
        </Box>
      </Box>
      {foot}
    </Paper>
  );
}

/** The head stays where it is while rows move below it. */
const HEAD = {
  position: "sticky",
  top: 0,
  zIndex: 1,
  bgcolor: "background.paper",
  boxShadow: "inset 0 -1px var(--mui-palette-divider)",
};
