/** The words for what is known of somebody, in English. */
export const en = {
  mine: "Export my data",
  theirs: "Export their data",
  received: "{{size}} received so far. It is made while it comes.",
  begins: "It begins in a moment …",
  cancel: "Cancel",
  saved: "{{name}} is saved, with {{size}}.",
};

export type Words = typeof en;
