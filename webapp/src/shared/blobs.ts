/** Files within the values of a run. */
import type { Json } from "@/shared/api/types";

/** A file that the engine has. */
export interface BlobRef {
  /** Where in the value it is. */
  at: string;
  /** Its name in the store, below its task: the same name is the same content. */
  key: string;
  name: string;
  type: string;
  size: number;
  url: string;
}

const BLOBS_SHOWN = 60;

/** The files in a value, in their order; of very many the first. */
export function blobsIn(value: Json, at = ""): BlobRef[] {
  if (value === null || typeof value !== "object") return [];
  const blob = blobOf(value, at);
  if (blob) return [blob];
  const found: BlobRef[] = [];
  for (const [key, item] of Object.entries(value)) {
    if (found.length >= BLOBS_SHOWN) break;
    found.push(...blobsIn(item, at ? `${at}.${key}` : key));
  }
  return found.slice(0, BLOBS_SHOWN);
}

/** The value with the name of each file in its place. */
export function withNames(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  const blob = blobOf(value);
  if (blob) return `→ ${blob.name || blob.type}`;
  if (Array.isArray(value)) return value.map(withNames);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withNames(item)]),
  );
}

/** Whether there is more to say than which files there are. */
export function hasOnlyBlobs(value: Json): boolean {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  const items = Object.values(value);
  return items.length > 0 && items.every((item) => blobOf(item) !== undefined);
}

/** The file that a value stands for, if it does. */
export function blobOf(value: Json, at = ""): BlobRef | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return undefined;
  }
  const { $blob, type, size, name, url } = value;
  if (typeof $blob !== "string" || typeof url !== "string") return undefined;
  return {
    at,
    key: $blob.split("/").at(-1) ?? "",
    url,
    name: typeof name === "string" ? name : "",
    type: typeof type === "string" ? type : "application/octet-stream",
    size: typeof size === "number" ? size : 0,
  };
}

/** The size of a value that stands for a large one. */
export function cutBytes(value: Json): number | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return undefined;
  }
  const { cut, bytes } = value;
  const isCut = cut === true && Object.keys(value).length === 2;
  return isCut && typeof bytes === "number" ? bytes : undefined;
}
