/** Stores the document: what happens on the way, and what is told to others. */
import type { QueryClient } from "@tanstack/react-query";

import { type PipelineDocument, routeOf } from "@/pipeline/document";
import { engine, Problem } from "@/shared/api/client";
import { schedulesOf } from "@/shared/useUsers";

import { publish, removeRoute, saveUnpublished } from "../calls";
import { tellSaved } from "../drafts/windows";
import { EMPTY, useEdit } from "../store";
import { useUi } from "../ui";
import { words } from "../words";

/** The version that storing replaces; undefined: the route must be a new one. */
export function expectedVersion(): string | undefined {
  const { route, base, document } = useEdit.getState();
  return routeOf(document) === route ? base.version : undefined;
}

/** Whether an error says that another version is current than the one expected. */
export function isMoved(error: unknown): boolean {
  return error instanceof Problem && error.body.status === 412;
}

/** Publish what is edited, a new route in this space; resolves with its route. */
export async function save(queries: QueryClient, space: string): Promise<string> {
  const { document } = useEdit.getState();
  const { route, version } = await publish(document, expectedVersion(), space);

  queries.setQueryData(["current-version", route], version);
  useEdit.getState().rebase(route, { version, document });
  tellSaved(route, version);
  void queries.invalidateQueries({ queryKey: ["routes"] });
  void queries.invalidateQueries({ queryKey: ["route", route] });
  void queries.invalidateQueries({ queryKey: ["versions", route] });
  useUi.getState().tell({ text: words("edit.saving.saved", { route, version }) });
  return route;
}

/** Save what is edited without publishing it: it may have faults. */
export async function keep(queries: QueryClient): Promise<void> {
  const { document } = useEdit.getState();
  const route = routeOf(document) ?? "";
  await saveUnpublished(route, document);
  void queries.invalidateQueries({ queryKey: ["saved", route] });
  useUi.getState().tell({ text: words("edit.saving.kept") });
}

/**
 * No question, since what was deleted can be brought back; but if others call it, or
 * start it at times, that is shown before.
 */
export async function askToRemove(): Promise<void> {
  const { route } = useEdit.getState();
  if (route === undefined) return;
  // Without an answer there will be none to the removal either, which tells so.
  const users = await engine.steps({ calls: route }).catch(() => undefined);
  const others = users?.pipelines.filter((one) => one.route !== route) ?? [];
  const starting = users ? schedulesOf(users) : 0;
  if (others.length + (users?.hidden ?? 0) + starting > 0) {
    useUi.getState().openDialog("delete", route);
  } else {
    await removePipeline();
  }
}

/** Remove the route; what is in the editor stays, and so does a way back. */
export async function removePipeline(): Promise<void> {
  const { route, base } = useEdit.getState();
  if (route === undefined || base.version === undefined) return;
  const { tell } = useUi.getState();

  try {
    await removeRoute(route);
  } catch (error) {
    tell({ text: error instanceof Error ? error.message : String(error) });
    return;
  }
  useEdit.getState().rebase(route, { version: undefined, document: EMPTY });
  tell({
    text: words("edit.deleted", { route }),
    remedy: {
      label: words("edit.undo"),
      perform: () => void bringBack(route, base.document),
    },
  });
}

async function bringBack(route: string, document: PipelineDocument): Promise<void> {
  const { tell } = useUi.getState();
  try {
    const { version } = await publish(document, undefined);
    useEdit.getState().rebase(route, { version, document });
    tell({ text: words("edit.restored_route", { route }) });
  } catch (error) {
    tell({ text: error instanceof Error ? error.message : String(error) });
  }
}
