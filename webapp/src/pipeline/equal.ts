/** Whether two values of JSON say the same; the order of keys says nothing. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object") return false;
  if (one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;

  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  const [left, right] = [one, other] as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  return keys.every(
    (key) => Object.hasOwn(right, key) && isEqual(left[key], right[key]),
  );
}
