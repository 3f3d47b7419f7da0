/** Pipelines that tests publish, and tasks that they start. */
import assert from "node:assert/strict";

import { publishDocument, until } from "./stack.ts";

export const ENDED_MS = 60_000;

type Node = Record<string, unknown>;

export async function post(url: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    }),
  });
  assert.ok(response.ok, await response.clone().text());
  return response.json();
}

export async function publish(engine: string, nodes: Node[]): Promise<void> {
  await publishDocument(engine, { type: "pipeline", nodes });
}

/** Start a task; its id. */
export async function start(
  engine: string,
  route: string,
  body: unknown = {},
): Promise<string> {
  return ((await post(`${engine}/services/${route}`, body)) as { jobId: string }).jobId;
}

export interface Status {
  status: string;
  message: string | null;
  waiting: { node: string }[];
}

/** How a task is; undefined: there is none, or the engine is away. */
export async function statusOf(
  engine: string,
  task: string,
): Promise<Status | undefined> {
  const response = await fetch(`${engine}/tasks/${task}/status`).catch(() => undefined);
  return response?.ok ? ((await response.json()) as Status) : undefined;
}

/** Wait until a task is so; fails at once if it has ended in another way. */
export async function untilStatus(
  engine: string,
  task: string,
  wanted: string,
  timeoutMs = ENDED_MS,
): Promise<void> {
  await until(timeoutMs, async () => {
    const found = await statusOf(engine, task);
    const hasEnded = found !== undefined && found.status !== "running";
    if (hasEnded) assert.equal(found.status, wanted, String(found.message));
    return found?.status === wanted;
  });
}

export function entry(route: string, body: unknown, ...next: string[]): Node {
  const words = route.replaceAll("-", " ");
  const summary = words.charAt(0).toUpperCase() + words.slice(1);
  const api = { route, body, summary };
  return { id: "request", type: "entry", api, next };
}

export const END: Node = { id: "result", type: "end" };

/** request → first → second → result, each a service of that route. */
export function twoServices(route: string, first: string, second: string): Node[] {
  return [
    entry(route, { number: 4 }, "first"),
    {
      id: "first",
      type: "service",
      service: first,
      input: { number: "request.out.number" },
      next: ["second"],
    },
    {
      id: "second",
      type: "service",
      service: second,
      input: { half: "first.out.half" },
      retry: 1,
      next: ["result"],
    },
    { ...END, input: { answer: "second.out.answer" } },
  ];
}

/** A loop over `count` numbers, whose body is one step; it begins after a second. */
export function loopOver(route: string, code?: string): Node[] {
  return [
    entry(route, { count: 10 }, "numbers"),
    {
      id: "numbers",
      type: "node",
      // Long enough for a cursor to stand before it.
      delay: "1s",
      after: "node.out = {'list': list(range(input['count']))}",
      next: ["each"],
    },
    {
      id: "each",
      type: "loop",
      items: "numbers.out.list",
      nodes: [
        { id: "share", type: "node", next: ["loopEnd"], ...(code && { after: code }) },
      ],
      next: ["result"],
    },
    { ...END, input: { count: "request.out.count" } },
  ];
}

/** A loop over a list that it is given: code that makes a long one may take too long. */
export function loopOverList(route: string): Node[] {
  return [
    entry(route, { list: [0] }, "each"),
    {
      id: "each",
      type: "loop",
      items: "request.out.list",
      nodes: [{ id: "share", type: "node", next: ["loopEnd"] }],
      next: ["result"],
    },
    { ...END, input: { items: "request.out.list" } },
  ];
}

/** As many numbers. */
export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
