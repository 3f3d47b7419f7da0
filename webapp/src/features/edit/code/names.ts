/** What the code of a node can name, as completions for what stands before the cursor. */

export interface NamedNode {
  id: string;
  /** Of its output. */
  keys: readonly string[];
}

export interface Offered {
  label: string;
  detail?: string;
  type: string;
}

const OF_NODE = ["out", "input", "params", "finished", "error", "round", "status"];
const OF_SELF = [...OF_NODE, "_loop", "id"];
const OF_PIPELINE = ["params", "input", "route", "version", "task"];
const WORDS = ["node", "input", "pipeline", "loop"];

/** `a.out.` offers the keys of a's output; an unfinished word offers names. */
export function offeredFor(before: string, nodes: readonly NamedNode[]): Offered[] {
  const path = /((?:[A-Za-z_][\w-]*\.)*)([A-Za-z_][\w-]*)?$/.exec(before)?.[1] ?? "";
  const [name, section, ...more] = path.split(".").filter(Boolean);
  if (name === undefined) {
    return [
      ...nodes.map(({ id }) => ({ label: id, type: "variable" })),
      ...WORDS.map((label) => ({ label, type: "keyword" })),
    ];
  }
  if (name === "loop") return offeredFor(before.replace(/loop\./, ""), nodes);
  if (section === undefined) return attributes(name).map(asProperty);
  const isOut = section === "out" && more.length === 0;
  const node = nodes.find(({ id }) => id === name);
  return isOut ? (node?.keys ?? []).map(asProperty) : [];
}

/** Between quotes and brackets: `a.out['` */
export function keysFor(before: string, nodes: readonly NamedNode[]): string[] {
  const name = /([A-Za-z_][\w-]*)\.out\[['"][^'"]*$/.exec(before)?.[1];
  return [...(nodes.find(({ id }) => id === name)?.keys ?? [])];
}

function attributes(name: string): string[] {
  if (name === "node") return OF_SELF;
  if (name === "pipeline") return OF_PIPELINE;
  return name === "input" ? [] : OF_NODE;
}

function asProperty(label: string): Offered {
  return { label, type: "property" };
}
