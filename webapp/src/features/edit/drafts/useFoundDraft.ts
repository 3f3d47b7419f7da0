/** A draft of this route that some window left behind. */
import { useEffect, useState } from "react";

import { useJsonText } from "../json/jsonText";
import { useEdit } from "../store";
import { useUi } from "../ui";
import { words } from "../words";
import { type Draft, draftsOf, putDraft, removeDraft } from "./database";
import { otherSessions } from "./windows";

export interface FoundDraft {
  draft: Draft | undefined;
  restore: () => void;
  discard: () => void;
}

export function useFoundDraft(): FoundDraft {
  const route = useEdit((state) => state.route);
  const own = useEdit((state) => state.draft);
  const [found, setFound] = useState<{ draft: Draft | undefined; beside: string }>();
  // What was found beside another document is not of this one.
  const draft = found?.beside === own ? found.draft : undefined;
  const setDraft = (left: Draft | undefined) => {
    setFound({ draft: left, beside: own });
  };

  useEffect(() => {
    let isCurrent = true;
    if (route === undefined) return undefined;
    void leftBehind(route, own).then((left) => {
      if (isCurrent) setFound({ draft: left, beside: own });
    });
    return () => {
      isCurrent = false;
    };
  }, [route, own]);

  return {
    draft,
    restore: () => {
      if (draft) void restore(draft);
      setDraft(undefined);
    },
    discard: () => {
      if (draft) void discard(draft, setDraft);
      setDraft(undefined);
    },
  };
}

/** The newest draft that no living window works on. */
async function leftBehind(route: string, own: string): Promise<Draft | undefined> {
  try {
    const others = await otherSessions();
    const drafts = await draftsOf(route);
    return drafts.find(({ key, session }) => key !== own && !others.has(session));
  } catch {
    // Without a database there are no drafts.
    return undefined;
  }
}

/** Its state becomes that of the editor; it goes once the new draft is written. */
async function restore(found: Draft): Promise<void> {
  const { draft, route } = useEdit.getState();
  const { base, document, text, of } = found;
  useEdit.getState().open({ route, base, document, draft });
  useJsonText.setState({ text, of });
  await putDraft({ ...found, key: draft, at: new Date().toISOString() });
  if (found.key !== draft) await removeDraft(found.key);
}

async function discard(
  found: Draft,
  show: (draft: Draft | undefined) => void,
): Promise<void> {
  await removeDraft(found.key);
  useUi.getState().tell({
    text: words("edit.draft.discarded"),
    remedy: {
      label: words("edit.undo"),
      perform: () => {
        void putDraft(found);
        show(found);
      },
    },
  });
}
