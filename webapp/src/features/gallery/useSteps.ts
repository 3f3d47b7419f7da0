/** The steps of pipelines that bear the words somebody looks for. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { engine } from "@/shared/api/client";
import type { FoundSteps } from "@/shared/api/types";

/** A letter is in nearly every step. */
const FEWEST_LETTERS = 2;
const LAST_KEY_MS = 250;

/** Asked for when the last key was a moment ago; undefined: nothing is looked for. */
export function useSteps(query: string): FoundSteps | undefined {
  const [text, setText] = useState("");
  useEffect(() => {
    const timer = window.setTimeout(() => {
      setText(query.trim());
    }, LAST_KEY_MS);
    return () => {
      window.clearTimeout(timer);
    };
  }, [query]);

  const isAsked = text.length >= FEWEST_LETTERS;
  const found = useQuery({
    queryKey: ["steps", text],
    queryFn: ({ signal }) => engine.steps({ text }, signal),
    enabled: isAsked,
    placeholderData: keepPreviousData,
  });
  return isAsked ? found.data : undefined;
}
