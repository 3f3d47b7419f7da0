/** A row of a list in which a name stands beside what is said of it. */
export const LIST_ROW = {
  display: "flex",
  flexWrap: "wrap",
  columnGap: 3,
  alignItems: "baseline",
  py: 1.5,
  borderBottom: 1,
  borderColor: "divider",
  overflowWrap: "anywhere",
};
