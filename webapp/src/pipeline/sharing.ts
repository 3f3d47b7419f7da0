/** Keeps what stayed the same as the same objects, in JSON that was read anew. */
import { isEqual } from "./equal";

/** Equal to `after`, made of the pieces of `before` as far as these are equal. */
export function sharing<T>(before: unknown, after: T): T {
  if (Object.is(before, after)) return after;
  if (typeof before !== "object" || typeof after !== "object") return after;
  if (before === null || after === null) return after;
  if (isEqual(before, after)) return before as T;

  if (Array.isArray(after)) {
    if (!Array.isArray(before)) return after;
    return after.map((one, at) => sharing(partner(before, one, at), one)) as T;
  }
  const old = before as Record<string, unknown>;
  const parts = Object.entries(after).map(([key, value]) => [
    key,
    Object.hasOwn(old, key) ? sharing(old[key], value) : value,
  ]);
  return Object.fromEntries(parts) as T;
}

/** What stood for a piece of a list before: nodes are known by their ids. */
function partner(before: unknown[], one: unknown, at: number): unknown {
  const id = idOf(one);
  if (id === undefined) return before[at];
  return before.find((other) => idOf(other) === id);
}

function idOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "id" in value
    ? value.id
    : undefined;
}
