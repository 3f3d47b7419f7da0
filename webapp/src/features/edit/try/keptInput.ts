/** The example input of a pipeline, kept in this browser: files too. */
import type { JsonObject } from "@/shared/api/types";
import type { FilesByField } from "@/shared/upload";

export interface KeptInput {
  values: JsonObject;
  files: FilesByField;
}

const DATABASE = "marketplace-inputs";
const STORE = "inputs";

/** Undefined: there is none, or this browser keeps nothing. */
export async function keptInput(route: string): Promise<KeptInput | undefined> {
  return withStore("readonly", (store) => store.get(route));
}

export async function keepInput(route: string, input: KeptInput): Promise<void> {
  await withStore("readwrite", (store) => store.put(input, route));
}

async function withStore<T>(
  mode: IDBTransactionMode,
  use: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  const database = await opened();
  if (!database) return undefined;
  return new Promise((resolve) => {
    const request = use(database.transaction(STORE, mode).objectStore(STORE));
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      resolve(undefined);
    };
  });
}

/** In a private window there may be no database: then nothing is kept. */
function opened(): Promise<IDBDatabase | undefined> {
  if (typeof indexedDB === "undefined") return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE);
    };
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      resolve(undefined);
    };
  });
}
