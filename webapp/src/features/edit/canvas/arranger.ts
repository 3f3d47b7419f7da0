/** Arranges levels: each structure once, large ones in a worker beside the page. */
import { arrange, type Arrangement, type LevelGraph } from "@/pipeline/arrange";

/** From here on dagre takes longer than a person wants to wait for an answer. */
const MANY_BOXES = 150;

/** Structures that are remembered: an undo finds the one before again. */
const MAX_KEPT = 40;

const kept = new Map<string, Arrangement>();

function keep(key: string, arrangement: Arrangement): void {
  kept.delete(key);
  kept.set(key, arrangement);
  const oldest = kept.keys().next().value;
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
}

export class Arranger {
  // Until the worker has answered, what stood somewhere stays there.
  readonly #last = new Map<string, Arrangement>();
  #worker: Worker | undefined;
  #busy: string | undefined;
  #asked: { key: string; graph: LevelGraph } | undefined;
  #onAnswer: () => void = () => undefined;

  listen(onAnswer: () => void): () => void {
    this.#onAnswer = onAnswer;
    return () => {
      this.#onAnswer = () => undefined;
      this.#worker?.terminate();
      this.#worker = undefined;
      this.#busy = undefined;
    };
  }

  /** What was given last is not the arrangement yet. */
  get isWaiting(): boolean {
    return this.#busy !== undefined || this.#asked !== undefined;
  }

  arrange(graph: LevelGraph): Arrangement {
    const key = JSON.stringify(graph);
    const place = graph.boxes[0]?.id ?? "";
    const isLarge = graph.boxes.length >= MANY_BOXES;
    const found = kept.get(key) ?? (isLarge ? undefined : arrange(graph));
    if (!found) {
      if (this.#busy !== key) this.#asked = { key, graph };
      this.#send();
      return patched(graph, this.#last.get(place));
    }
    keep(key, found);
    this.#last.set(place, found);
    return found;
  }

  /** One question after the other; of those that wait the last counts. */
  #send(): void {
    const next = this.#asked;
    if (this.#busy !== undefined || !next) return;
    this.#asked = undefined;
    this.#busy = next.key;
    this.#worker ??= this.#opened();
    this.#worker.postMessage(next.graph);
  }

  #opened(): Worker {
    // In one expression: only so does the build see that this file is a worker's.
    const worker = new Worker(new URL("./arrangeWorker.ts", import.meta.url), {
      type: "module",
    });
    worker.addEventListener("message", ({ data }: MessageEvent<Arrangement>) => {
      if (this.#busy !== undefined) keep(this.#busy, data);
      this.#busy = undefined;
      this.#onAnswer();
      this.#send();
    });
    return worker;
  }
}

const BESIDE = 116;
const IN_A_ROW = 10;

/** The last arrangement with new boxes below what leads to them. */
function patched(graph: LevelGraph, before: Arrangement | undefined): Arrangement {
  const middles = { ...before?.middles };
  const sources = new Map(graph.lines.map(({ from, to }) => [to, from]));
  // Those that follow the same box stand side by side, not on each other.
  const placed = new Map<string, number>();
  for (const [index, { id }] of graph.boxes.entries()) {
    if (middles[id]) continue;
    const source = sources.get(id) ?? "";
    const above = middles[source];
    const number = placed.get(source) ?? 0;
    placed.set(source, number + 1);
    middles[id] = above
      ? { x: above.x + number * 2 * BESIDE, y: above.y + BESIDE }
      : {
          x: (index % IN_A_ROW) * 2 * BESIDE,
          y: Math.floor(index / IN_A_ROW) * BESIDE,
        };
  }
  return { middles, lines: {} };
}
