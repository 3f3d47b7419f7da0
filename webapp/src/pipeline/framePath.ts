/** Addresses of items of loops: `faces[2]/parts[0]` is item 0 of `parts` in item 2. */

/** One loop on the way to an item. */
export interface Step {
  loop: string;
  index: number;
  /** The path of the item, below the task. */
  path: string;
}

// A loop that began again has the number of its activation: `faces.2[0]`.
const STEP = /^([^.[\]]+)(?:\.\d+)?\[(\d+)\]$/;

/** The items on the way, outermost first; an unreadable path has none. */
export function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  let way = "";
  for (const part of path.split("/").filter(Boolean)) {
    const match = STEP.exec(part);
    if (!match?.[1]) return [];
    way = way ? `${way}/${part}` : part;
    steps.push({ loop: match[1], index: Number(match[2]), path: way });
  }
  return steps;
}

/** A path as the engine tells it, without the task it begins with. */
export function below(task: string, path: string): string {
  return path.startsWith(`${task}/`) ? path.slice(task.length + 1) : path;
}
