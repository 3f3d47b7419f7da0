/** Keeps what the canvas shows of the last run up to date while it goes on. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import { placedNodes, type PipelineDocument } from "@/pipeline/document";
import { runAt } from "@/pipeline/moment";
import { engine } from "@/shared/api/client";
import type { RunLine, TaskStatus } from "@/shared/api/types";
import { duration, secondsBetween } from "@/shared/format";
import { useTranslation } from "@/shared/i18n";
import { ended, useTask } from "@/shared/useTask";

import { useEdit } from "../store";
import { blameOf } from "./blame";
import { type RunOfNode, openTask, setTry, useTry } from "./tryState";

const POLL_MS = 1000;

export function useTryStatus(): TaskStatus | undefined {
  const task = useTry((state) => state.task);
  return useTask(task).data;
}

export function useFollowRun(): void {
  useLastTask();
  const task = useTry((state) => state.task);
  const status = useTryStatus();
  const over = ended(status);
  const failedNode = status?.status === "error" ? status.failed?.node : undefined;
  useVersionThatRan(status);

  const root = useQuery({
    queryKey: ["task", task, "runs", ""],
    queryFn: ({ signal }) => engine.runs(task ?? "", "", signal),
    enabled: task !== undefined,
    refetchInterval: over ? false : POLL_MS,
    retry: false,
  });
  const { refetch } = root;
  useEffect(() => {
    // What was read while it ran may be older than its end.
    if (over) void refetch();
  }, [over, refetch]);

  const paths = useItemPaths(task, root.data?.runs, over);
  const frames = useQueries({
    queries: [...paths.values()].map((path) => ({
      // What was read while it ran may be older than its end.
      queryKey: ["task", task, "runs", path, over],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        engine.runs(task ?? "", path, signal),
      refetchInterval: over ? (false as const) : POLL_MS,
      retry: false as const,
    })),
    combine: (results) => results.map(({ data }) => data?.runs),
  });

  const { i18n } = useTranslation();
  const at = useTry((state) => state.at);
  useEffect(() => {
    const known = root.data?.runs;
    const lines = new Map<string, RunLine>(
      [known, ...frames].flatMap((found) => Object.entries(found ?? {})),
    );
    const runs = runsOf(lines, i18n.language, undefined);
    const shown = at === undefined ? runs : runsOf(lines, i18n.language, at);
    const bodies = new Map(
      [...paths.keys()].map((loop, index) => [loop, frames[index]]),
    );
    setTry({ runs, lines, shown, paths });
    // Of an item that was asked for nothing follows about why the run failed.
    if (failedNode !== undefined && useTry.getState().items.has(failedNode)) return;
    const blame =
      known && failedNode !== undefined
        ? blameOf(failedNode, known, bodies)
        : undefined;
    setTry({ blame });
  }, [at, root.data, frames, paths, failedNode, i18n.language]);
}

/** The runs in words, as they are or as they were at an instant. */
function runsOf(
  lines: ReadonlyMap<string, RunLine>,
  language: string,
  at: number | undefined,
): Map<string, RunOfNode> {
  return new Map(
    [...lines].map(([node, line]) => [
      node,
      runOf(at === undefined ? line : runAt(line, at), language),
    ]),
  );
}

function runOf(line: RunLine, language: string): RunOfNode {
  const { status, started_at, ended_at, items } = line;
  const reused = (line as { reused?: boolean | null }).reused === true;
  const took =
    started_at !== null && ended_at !== null && !reused
      ? duration(secondsBetween(started_at, ended_at, 0), language)
      : undefined;
  const note = items ? `${String(items.done)}/${String(items.total)}` : took;
  return { status, reused, ...(note !== undefined && { note }) };
}

/**
 * For each loop of the outermost level the item that is looked at: the one that was
 * asked for, else that which failed.
 */
function useItemPaths(
  task: string | undefined,
  runs: Record<string, RunLine> | undefined,
  over: boolean,
): ReadonlyMap<string, string> {
  const loops = useEdit(({ document }) => loopsOf(document).join("\n"));
  const names = loops
    .split("\n")
    .filter((loop) => (runs?.[loop]?.items?.total ?? 0) > 0);
  const wanted = useTry((state) => state.items);
  const key = names.map((name) => `${name} ${String(wanted.get(name))}`).join("\n");
  const { data } = useQuery({
    queryKey: ["task", task, "items-shown", key, over],
    queryFn: async ({ signal }) => {
      const found = new Map<string, string>();
      for (const node of names) {
        const index = wanted.get(node);
        const page = await engine.items(
          task ?? "",
          { path: "", node },
          index === undefined ? { first: 0, limit: 200 } : { first: index, limit: 1 },
          signal,
        );
        const failed = page.items.find(({ status }) => status === "error");
        const running = page.items.find(({ status }) => status === "running");
        const shown = failed ?? running ?? page.items[0];
        if (shown) found.set(node, shown.path);
      }
      return found;
    },
    enabled: task !== undefined && names.length > 0,
    // Until the end it is the item that is waited for.
    refetchInterval: over ? false : POLL_MS,
    retry: false,
    // Until the values of another item are there, those before stay.
    placeholderData: (before, query) =>
      query?.queryKey[1] === task ? before : undefined,
  });
  return useMemo(
    () => (names.length > 0 && data ? data : NO_PATHS),
    [data, names.length],
  );
}

const NO_PATHS: ReadonlyMap<string, string> = new Map();

function loopsOf(document: PipelineDocument): string[] {
  return placedNodes(document)
    .filter(({ node, loop }) => node.type === "loop" && loop === null)
    .map(({ node }) => node.id);
}

/** When a pipeline is opened its last run is looked at, whoever started it. */
function useLastTask(): void {
  const route = useEdit((state) => state.route);
  const { data } = useQuery({
    queryKey: ["tasks", "last-of", route],
    queryFn: ({ signal }) => engine.tasks({ route: route ?? "", limit: 1 }, signal),
    enabled: route !== undefined,
    staleTime: Infinity,
  });
  const last = data?.items[0]?.id;

  useEffect(() => {
    const asked = new URLSearchParams(window.location.search).get("task");
    const first = asked ?? last;
    if (first !== null && first !== undefined && useTry.getState().task === undefined) {
      openTask(first);
    }
  }, [last, route]);
  useEffect(
    () => () => {
      openTask(undefined);
    },
    [route],
  );
}

/** The document of the task: what differs from it runs again. */
function useVersionThatRan(status: TaskStatus | undefined): void {
  const { id, route, version } = status ?? {};
  const { data } = useQuery({
    queryKey: ["version", route, version],
    queryFn: ({ signal }) => engine.version(route ?? "", version ?? "", signal),
    enabled: version !== undefined,
    staleTime: Infinity,
    retry: false,
  });
  useEffect(() => {
    setTry({ ran: data as PipelineDocument | undefined });
  }, [data, id]);
}
