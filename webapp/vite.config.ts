import type { IncomingMessage } from "node:http";
import { join } from "node:path";

import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const ENGINE = process.env.ENGINE_URL ?? "http://localhost:8000";

/** In development no engine fills in the page's base and nonce. */
function placeholders(): Plugin {
  return {
    name: "placeholders",
    apply: "serve",
    transformIndexHtml: (html) =>
      html.replace("__base__", "/").replace("__nonce__", ""),
  };
}

// The engine refuses changes that a page of another origin asks for.
const asTheEngine = {
  target: ENGINE,
  // It compares the origin with the host that was asked for.
  changeOrigin: true,
  headers: { origin: ENGINE, "sec-fetch-site": "same-origin" },
};

/** Who opens a page gets it from here; who saves a file of a task does not. */
function ownPage({ url = "", headers }: IncomingMessage): string | undefined {
  const isPage = headers.accept?.includes("text/html") && !url.startsWith("/tasks/");
  return isPage ? "/index.html" : undefined;
}

export default defineConfig({
  // Relative to the page's <base>, so that the app works behind any proxy.
  base: "./",
  plugins: [react(), placeholders()],
  resolve: { alias: { "@": join(import.meta.dirname, "src") } },
  build: {
    outDir: "../engine/src/engine/web",
    emptyOutDir: true,
    // Says which file needs which: sizes are measured by it.
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        advancedChunks: {
          includeDependenciesRecursively: false,
          groups: [
            // What the parts of the editor share, in one file: ten small ones cost
            // more than they hold.
            {
              name: "edit",
              test: /features\/edit\/(words\/|store|ui|calls|showField|drafts\/(windows|database)|json\/jsonText|new\/route|save\/saving|canvas\/(canvasState|picking))(?!.*fr)/,
            },
          ],
        },
      },
    },
  },
  server: {
    // All that is not of this server. Pages have addresses that calls have too.
    proxy: { "^/(?!@|src/|node_modules/)": { ...asTheEngine, bypass: ownPage } },
  },
  // One document for all files of a worker: to make one for each took a minute.
  test: {
    environment: "jsdom",
    isolate: false,
    include: ["src/**/*.test.{ts,tsx}", "lint.test.ts"],
  },
});
