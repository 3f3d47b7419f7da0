/** The draft that a browser keeps of what is edited: read as it is in its database. */
import type { Page } from "playwright-core";

export interface KeptDraft {
  document: unknown;
  /** What was typed as JSON and cannot be read. */
  text?: string;
}

/** The first there is; undefined: nothing is kept, as nothing is changed. */
export function keptDraft(page: Page): Promise<KeptDraft | undefined> {
  return page.evaluate(async () => {
    const waited = <One>(request: IDBRequest<One>) =>
      new Promise<One>((resolve, reject) => {
        request.onsuccess = () => {
          resolve(request.result);
        };
        request.onerror = () => {
          reject(new Error("the database does not answer"));
        };
      });
    const database = await waited(indexedDB.open("marketplace", 1));
    const store = database.transaction("drafts").objectStore("drafts");
    const [found] = (await waited(store.getAll())) as KeptDraft[];
    database.close();
    return found;
  });
}
