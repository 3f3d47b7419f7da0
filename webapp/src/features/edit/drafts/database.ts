/** Drafts in the browser's own database: they outlive a crash, and the engine. */
import type { PipelineDocument } from "@/pipeline/document";

import type { Base } from "../store";

export interface Draft {
  key: string;
  /** Undefined: a pipeline that was never stored. */
  route: string | undefined;
  base: Base;
  document: PipelineDocument;
  /** What was typed as JSON and cannot be read yet. */
  text: string | undefined;
  /** The document when that began; an older window did not write it. */
  of?: PipelineDocument | undefined;
  /** The window that wrote it. */
  session: string;
  at: string;
}

const NAME = "marketplace";
const STORE = "drafts";
const VERSION = 1;

/** Newer ones are kept: it takes years of lost windows to come here. */
const MAX_DRAFTS = 100;

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE, { keyPath: "key" });
    };
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error("the database does not open"));
    };
  });
  return opened;
}

async function done<T>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const transaction = (await database()).transaction(STORE, mode);
  const request = act(transaction.objectStore(STORE));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => {
      resolve(request.result);
    };
    transaction.onabort = () => {
      reject(transaction.error ?? new Error("the database refused"));
    };
  });
}

export async function putDraft(draft: Draft): Promise<void> {
  await done("readwrite", (store) => store.put(draft));
}

export async function removeDraft(key: string): Promise<void> {
  await done("readwrite", (store) => store.delete(key));
}

export function findDraft(key: string): Promise<Draft | undefined> {
  return done("readonly", (store) => store.get(key) as IDBRequest<Draft | undefined>);
}

/** All drafts of a route, the newest first; undefined: of new pipelines. */
export async function draftsOf(route: string | undefined): Promise<Draft[]> {
  const all = await done("readonly", (store) => store.getAll() as IDBRequest<Draft[]>);
  all.sort((one, other) => other.at.localeCompare(one.at));
  for (const old of all.slice(MAX_DRAFTS)) await removeDraft(old.key);
  return all.slice(0, MAX_DRAFTS).filter((draft) => draft.route === route);
}
