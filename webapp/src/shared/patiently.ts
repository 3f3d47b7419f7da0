/** Loads a part of the app although the engine is away for a while. */

const AGAIN_MS = 2000;

/** Try again and again; after `tries` the failure is that of the last one. */
export function patiently<Part>(
  load: () => Promise<Part>,
  tries = 30,
): () => Promise<Part> {
  return async () => {
    for (let left = tries; left > 1; left -= 1) {
      try {
        return await load();
      } catch {
        await new Promise((resolve) => window.setTimeout(resolve, AGAIN_MS));
      }
    }
    return load();
  };
}
