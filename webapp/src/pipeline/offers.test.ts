import { expect, test } from "vitest";

import type { PipelineNode, Route, Schema } from "@/shared/api/types";

import { offersFor, proposalsFor } from "./offers";
import { contractOf, keysWritten, outputsOf, receivedOf } from "./outputs";
import { fitOf } from "./schemas";

const PNG: Schema = { type: "string", format: "binary", contentMediaType: "image/png" };

const detect = {
  route: "detect",
  type: "service",
  summary: "",
  inputSchema: { type: "object", properties: { image: PNG }, required: ["image"] },
  outputSchema: {
    type: "object",
    properties: { areas: { type: "array", items: { type: "array" } } },
  },
} as unknown as Route;

const blur = {
  route: "blur",
  type: "service",
  summary: "",
  inputSchema: {
    type: "object",
    properties: { image: PNG, areas: { type: "array" }, width: { type: "integer" } },
    required: ["image", "areas"],
  },
  outputSchema: { type: "object", properties: { result: PNG } },
} as unknown as Route;

const ROUTES = new Map([
  ["detect", detect],
  ["blur", blur],
]);

const NODES: PipelineNode[] = [
  {
    id: "photo",
    type: "entry",
    api: { route: "r", body: "image", bodyType: [["image/png"]] },
    next: ["faces"],
  },
  { id: "faces", type: "service", service: "detect", next: ["hide"] },
  { id: "hide", type: "service", service: "blur", next: ["end"] },
  { id: "end", type: "end" },
];
const KNOWN = { nodes: NODES, routes: ROUTES };
const hide = NODES[2] as PipelineNode;

test("what fits comes first", () => {
  const [first, ...others] = offersFor(KNOWN, hide, { type: "array" });

  expect(first?.reference).toBe("faces.out.areas");
  expect(others.map(({ fit }) => fit)).toEqual(["misfit"]);
});

test("inputs are proposed by name, and required ones by type", () => {
  const contract = contractOf(blur);
  if (!contract) throw new Error("no contract");

  expect(proposalsFor(KNOWN, hide, contract)).toEqual({
    image: "photo.out.image",
    areas: "faces.out.areas",
  });
});

test("a list of texts fits by chance: only a required input, or its own name, gets it", () => {
  const pages = { type: "array", items: { type: "string" } } as const;
  const outputSchema = { type: "object", properties: { pages } };
  const routes = new Map([...ROUTES, ["detect", { ...detect, outputSchema } as Route]]);
  const inputs = (required: string[]) => ({
    properties: { images: pages, pages },
    required: new Set(required),
  });

  const found = (required: string[]) =>
    proposalsFor({ nodes: NODES, routes }, hide, inputs(required));

  expect(found([])).toEqual({ pages: "faces.out.pages" });
  expect(found(["images"])).toMatchObject({ images: "faces.out.pages" });
});

test("what code gives under the name of an input is proposed for it", () => {
  const made: PipelineNode = {
    id: "made",
    type: "node",
    after: "node.out = {'boxes': [[0, 0, 9, 9]]}",
    next: ["hide"],
  };
  const [photo, faces] = NODES as [PipelineNode, PipelineNode];
  const nodes = [photo, { ...faces, next: ["made"] }, made, hide];
  const wanted = { type: "array", items: { type: "array" } } as const;
  const contract = { properties: { boxes: wanted }, required: new Set(["boxes"]) };

  expect(proposalsFor({ nodes, routes: ROUTES }, hide, contract)).toEqual({
    boxes: "made.out.boxes",
  });
});

test("where a failure leads, it is told what failed", () => {
  const nodes: PipelineNode[] = [
    { id: "photo", type: "entry", api: { route: "r", body: "image" }, next: ["faces"] },
    { id: "faces", type: "service", service: "detect", next: ["end"], catch: ["why"] },
    { id: "why", type: "node", next: ["end"] },
    { id: "end", type: "end" },
  ];
  const why = nodes[2] as PipelineNode;

  expect(receivedOf({ nodes, routes: ROUTES }, why)).toEqual({
    error: { type: "object" },
  });
});

test("a loop gives lists of what its body gives", () => {
  const loop: PipelineNode = {
    id: "each",
    type: "loop",
    items: "faces.out.areas",
    nodes: [{ id: "cut", type: "service", service: "blur" }],
    collect: { pieces: ["cut.out.result"] },
  };
  const nodes = [...NODES.slice(0, 2), loop];

  expect(outputsOf({ nodes, routes: ROUTES }, loop)).toEqual({
    pieces: { type: "array", items: PNG },
  });
});

test("in a loop the item is offered, with what is known of it", () => {
  const inner: PipelineNode = { id: "inner", type: "node" };
  const loop: PipelineNode = {
    id: "each",
    type: "loop",
    items: "faces.out.areas",
    nodes: [inner],
  };
  const nodes = [...NODES.slice(0, 2), { ...loop }];
  nodes[1] = { ...(NODES[1] as PipelineNode), next: ["each"] };

  const [first] = offersFor({ nodes, routes: ROUTES }, inner, { type: "array" });

  expect(first).toMatchObject({ reference: "node._loop", fit: "fits" });
});

test("types that cannot fit are told apart from those that are not known", () => {
  expect(fitOf({ type: "integer" }, { type: "number" })).toBe("fits");
  expect(fitOf({ type: "string" }, { type: "number" })).toBe("misfit");
  expect(fitOf({}, { type: "number" })).toBe("unknown");
  expect(fitOf(PNG, { ...PNG, contentMediaType: "image/*" })).toBe("fits");
  expect(fitOf(PNG, { ...PNG, contentMediaType: "application/pdf" })).toBe("misfit");
});

test("what code plainly writes into its output is offered", () => {
  expect(keysWritten("node.out = {'a': 1, \"b\": [2]}")).toEqual(["a", "b"]);
  expect(keysWritten("node.out['c'] = 3\nif node.out['d'] == 4: pass")).toEqual(["c"]);
});

test("what may be left out is proposed too, if a list fits it", () => {
  const free = {
    properties: { zones: { type: "array" } },
    required: new Set<string>(),
  };

  expect(proposalsFor(KNOWN, hide, free)).toEqual({ zones: "faces.out.areas" });
});

test("an item of a list of boxes fits no list of boxes", () => {
  const box: Schema = {
    type: "array",
    prefixItems: [{ type: "integer" }, { type: "integer" }],
  };
  const boxes: Schema = { type: "array", items: box };

  expect(fitOf(box, boxes)).toBe("misfit");
  expect(fitOf(boxes, boxes)).toBe("fits");
});
