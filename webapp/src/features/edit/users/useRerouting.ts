/** How a route gets its other name: one pipeline after the other, each told of. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

import { callersIn } from "@/pipeline/edits/callInstead";
import type { FoundSteps } from "@/shared/api/types";
import { scheduleKey } from "@/shared/useUsers";

import { shareRoute, startInstead } from "../calls";
import { useEdit } from "../store";
import {
  carryInput,
  changeCaller,
  changeEdited,
  forget,
  goOnUnderName,
  type Move,
  publishUnderName,
} from "./reroute";

/** What became of a pipeline, of a schedule, or of a share. */
export type Outcome =
  { version: string } | { isEdited: true } | { isCarried: true } | { error: Error };

/** A space with which the route that is renamed is shared. */
export interface Share {
  space: string;
  may: "run" | "read";
  /** Only owners of the route's space share it. */
  isMine: boolean;
}

/** Who names a route. */
export interface Naming {
  callers: FoundSteps;
  shares: Share[];
}

export type Stage = "before" | "under way" | "after";

interface State {
  stage: Stage;
  outcomes: ReadonlyMap<string, Outcome>;
  error: Error | undefined;
  /** Who named it before; undefined: nothing was changed yet. */
  shown: Naming | undefined;
}

const NOTHING_DONE: State = {
  stage: "before",
  outcomes: new Map(),
  error: undefined,
  shown: undefined,
};

/** `isOwn`: the route is that of what is edited, and is renamed itself. */
export function useRerouting(isOwn: boolean) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [state, setState] = useState(NOTHING_DONE);
  const note = (change: Partial<State>) => {
    setState((before) => ({ ...before, ...change }));
  };

  // The page of the new name is another one: it comes when the window has gone, however
  // it was closed.
  const later = useRef<(() => void) | undefined>(undefined);
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
      later.current?.();
    };
  }, []);

  const rename = async (move: Move) => {
    const base = await publishUnderName(move);
    later.current = () => {
      later.current = undefined;
      goOnUnderName(queries, move, base);
      const there = { to: "/edit/$route", params: { route: move.to } } as const;
      void navigate({ ...there, replace: true });
    };
  };

  /** What fails is named, and the others are changed all the same. */
  const changeAll = async (move: Move, { callers, shares }: Naming) => {
    const { route: edited, document } = useEdit.getState();
    const outcomes = new Map<string, Outcome>();
    const change = async (key: string, act: () => Promise<Outcome>) => {
      try {
        outcomes.set(key, await act());
      } catch (failure) {
        outcomes.set(key, { error: asError(failure) });
      }
      note({ outcomes: new Map(outcomes) });
    };

    // Before all others: what is not shared can neither be called nor started there.
    for (const { space, may, isMine } of shares) {
      if (!isMine) continue;
      await change(shareKey(space), async () => {
        await shareRoute(move.to, space, may);
        return { isCarried: true };
      });
    }
    for (const { route, may_edit: may } of callers.pipelines) {
      if (!may || (!isOwn && route === edited)) continue;
      await change(route, async () => ({ version: await changeCaller(route, move) }));
    }
    for (const { id } of isOwn ? callers.schedules : []) {
      await change(scheduleKey(id), async () => {
        await startInstead(id, move.to);
        return { isCarried: true };
      });
    }
    if (!isOwn && edited !== undefined && callersIn(document, move.from).length > 0) {
      changeEdited(move);
      note({ outcomes: new Map(outcomes.set(edited, { isEdited: true })) });
    }
    return [...outcomes.values()].every((outcome) => !("error" in outcome));
  };

  const run = async (move: Move, naming: Naming, removes: boolean) => {
    note({ ...NOTHING_DONE, stage: "under way", shown: naming });
    try {
      if (isOwn) await rename(move);
      if (isOwn) await carryInput(move);
    } catch (failure) {
      note({ ...NOTHING_DONE, error: asError(failure) });
      return;
    }

    const isWhole = await changeAll(move, naming);
    try {
      if (removes && isWhole) await forget(queries, move.from);
    } catch (failure) {
      note({ error: asError(failure) });
    }
    void queries.invalidateQueries({ queryKey: ["users"] });
    void queries.invalidateQueries({ queryKey: ["routes"] });
    note({ stage: "after" });
    if (isGone.current) later.current?.();
  };

  return { ...state, run };
}

/** No pipeline is called so. */
export function shareKey(space: string): string {
  return `share ${space}`;
}

function asError(failure: unknown): Error {
  return failure instanceof Error ? failure : new Error(String(failure));
}
