/** What the outputs of a task look like: files, areas, tables, texts, other JSON. */
import type { Json, JsonObject } from "@/shared/api/types";

export interface FileResult {
  shape: "file";
  name: string;
  url: string;
}

/** A box in a picture: left, top, right, bottom in pixels. */
export type Box = [number, number, number, number];

export interface Area {
  box: Box;
  /** What was found there; empty: its author does not say. */
  label: string;
}

export interface AreasResult {
  shape: "areas";
  name: string;
  areas: Area[];
  /** What is known of each, as a table; undefined: only the boxes. */
  rows: JsonObject[] | undefined;
}

export interface TableResult {
  shape: "table";
  name: string;
  columns: string[];
  rows: JsonObject[];
}

export interface TextResult {
  shape: "text";
  name: string;
  text: string;
}

export interface JsonResult {
  shape: "json";
  name: string;
  value: Json;
}

export type ValueResult = AreasResult | TableResult | TextResult | JsonResult;
export type Result = FileResult | ValueResult;

/** The results in the outputs, files first. `filesUrl` is where files of the task are. */
export function resultsOf(outputs: JsonObject, filesUrl: string): Result[] {
  const results = Object.entries(outputs).flatMap(([name, value]) =>
    resultsIn(name, value, filesUrl),
  );
  const order = (result: Result) => Number(result.shape !== "file");
  return results.sort((one, other) => order(one) - order(other));
}

function resultsIn(name: string, value: Json, filesUrl: string): Result[] {
  const files = filesIn(name, value, filesUrl);
  if (files.length > 0) return files;

  if (typeof value === "string") return [{ shape: "text", name, text: value }];
  if (!Array.isArray(value) || value.length === 0) {
    return [{ shape: "json", name, value }];
  }
  return [
    areasIn(name, value) ?? tableIn(name, value) ?? { shape: "json", name, value },
  ];
}

/** Files anywhere within a value, each by the way to it. */
function filesIn(name: string, value: Json, filesUrl: string): FileResult[] {
  if (typeof value === "string") {
    return value.startsWith(filesUrl) ? [{ shape: "file", name, url: value }] : [];
  }
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, item]) =>
    filesIn(`${name}.${key}`, item, filesUrl),
  );
}

/** Boxes, or objects each of which has one. */
function areasIn(name: string, list: Json[]): AreasResult | undefined {
  if (list.every(isBox)) {
    const areas = list.map((box) => ({ box, label: "" }));
    return { shape: "areas", name, areas, rows: undefined };
  }
  if (!list.every(isObject)) return undefined;
  const areas = list.flatMap((row) => areaOf(row) ?? []);
  return areas.length === list.length
    ? { shape: "areas", name, areas, rows: list }
    : undefined;
}

function areaOf(row: JsonObject): Area | undefined {
  const box = Object.values(row).map(boxOf).find(Boolean);
  const label = row.label ?? row.name ?? row.class;
  return box && { box, label: typeof label === "string" ? label : "" };
}

/** `[left, top, right, bottom]`, or the same as `{x, y, w, h}`. */
function boxOf(value: Json): Box | undefined {
  if (isBox(value)) return value;
  if (!isObject(value)) return undefined;
  const { x, y, w, h } = value;
  const sides = [x, y, w, h];
  if (!sides.every((side) => typeof side === "number")) return undefined;
  const box: Json = [x, y, Number(x) + Number(w), Number(y) + Number(h)] as number[];
  return isBox(box) ? box : undefined;
}

function isBox(value: Json): value is Box {
  return (
    Array.isArray(value) &&
    value.length === 4 &&
    value.every((side) => typeof side === "number") &&
    Number(value[2]) > Number(value[0]) &&
    Number(value[3]) > Number(value[1])
  );
}

function tableIn(name: string, list: Json[]): TableResult | undefined {
  if (!list.every(isFlat)) return undefined;
  return { shape: "table", name, columns: columnsOf(list), rows: list };
}

/** All keys of the rows, in the order in which they come. */
export function columnsOf(rows: JsonObject[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function isObject(value: Json): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** An object whose values fit the cells of a table. */
function isFlat(value: Json): value is JsonObject {
  return (
    isObject(value) &&
    Object.values(value).every((cell) => cell === null || typeof cell !== "object")
  );
}
