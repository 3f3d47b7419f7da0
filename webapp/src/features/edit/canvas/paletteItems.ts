/** What can be added: the kinds of nodes, the services, other pipelines. */
import { KINDS } from "@/canvas/nodes/registry";
import type { NodeType } from "@/pipeline/edits/nodes";
import type { PipelineNode, Route } from "@/shared/api/types";

export interface PaletteItem {
  key: string;
  group: "kinds" | "services" | "pipelines";
  type: NodeType;
  /** What the new node is called, if nobody else is. */
  like: string;
  /** A word of the app by its key, or the name of a route as it is. */
  label: string;
  isWord: boolean;
  summary: string;
  tags: string[];
  /** Needed and not announced now. */
  missing: string[];
  fields: Partial<PipelineNode>;
}

const KIND_ORDER: NodeType[] = [
  "node",
  "branch",
  "loop",
  "http",
  "service",
  "entry",
  "end",
];

/** Ids that say what a node is for, in the language of documents. */
const LIKE: Record<NodeType, string> = {
  node: "step",
  branch: "check",
  loop: "each",
  http: "fetch",
  service: "call",
  entry: "request",
  end: "result",
};

export function paletteItems(
  routes: readonly Route[],
  own: string | undefined,
): PaletteItem[] {
  const kinds = KIND_ORDER.filter((type) => type in KINDS).map((type): PaletteItem => ({
    key: `kind:${type}`,
    group: "kinds",
    type,
    like: LIKE[type],
    label: `canvas.kind.${type}`,
    isWord: true,
    summary: `canvas.kind_help.${type}`,
    tags: [],
    missing: [],
    fields: {},
  }));
  const called = routes
    // A pipeline that calls itself never ends.
    .filter(({ route }) => route !== own)
    .map((route): PaletteItem => ({
      key: `route:${route.route}`,
      group: route.type === "pipeline" ? "pipelines" : "services",
      type: "service",
      like: route.route,
      label: route.route,
      isWord: false,
      summary: route.summary,
      tags: route.tags ?? [],
      missing: route.alive ? [] : route.missing,
      fields: { service: route.route },
    }));
  return inGroups([...kinds, ...called.sort(byMissing)]);
}

/** What runs now comes before what does not. */
function byMissing(one: PaletteItem, other: PaletteItem): number {
  return Number(one.missing.length > 0) - Number(other.missing.length > 0);
}

const GROUPS: PaletteItem["group"][] = ["kinds", "services", "pipelines"];

/** Each group under one heading, that of the first item first; the order within stays. */
function inGroups(items: PaletteItem[], order = GROUPS): PaletteItem[] {
  return order.flatMap((group) => items.filter((item) => item.group === group));
}

export interface Found {
  item: PaletteItem;
  /** Lower is better. */
  rank: number;
}

/** Items in which every word of a query stands: first by name, then by tag or summary. */
export function searched(
  items: readonly PaletteItem[],
  query: string,
  textOf: (item: PaletteItem) => { label: string; summary: string },
): PaletteItem[] {
  const asked = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (asked.length === 0) return [...items];

  const found = items.flatMap((item): Found[] => {
    const { label, summary } = textOf(item);
    const name = label.toLowerCase();
    const tags = item.tags.join(" ").toLowerCase();
    const rest = summary.toLowerCase();
    const ranks = asked.map((word) => {
      if (name.startsWith(word)) return 0;
      if (name.includes(word)) return 1;
      if (tags.includes(word)) return 2;
      return rest.includes(word) ? 3 : Infinity;
    });
    const rank = Math.max(...ranks);
    return rank < Infinity ? [{ item, rank }] : [];
  });
  const ranked = found
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
  return inGroups(ranked, [...new Set(ranked.map(({ group }) => group))]);
}
