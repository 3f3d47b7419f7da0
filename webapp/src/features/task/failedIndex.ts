/** The index of the item that the fault of a loop names: “item 7: node weigh: …”. */
export function failedIndex(message: string): number | undefined {
  const index = /^item (\d+): /.exec(message)?.[1];
  return index === undefined ? undefined : Number(index);
}
