/** A proxy in front of the engine that breaks off an answer, as networks do. */
import { createServer, request, type ServerResponse } from "node:http";

import { freePort } from "./stack.ts";

export interface Network {
  /** Where the app is, with the proxy between. */
  url: string;
  /** Of each call of the path the header `Range`, or an empty text. */
  ranges: string[];
  /** Break off the answer that was begun. */
  cut: () => void;
  stop: () => void;
}

/** The first answer to a path stops after so many bytes, until it is broken off. */
export async function stopping(
  engine: string,
  path: RegExp,
  bytes: number,
): Promise<Network> {
  const port = await freePort();
  const ranges: string[] = [];
  let begun: ServerResponse | undefined;

  const server = createServer((asked, answered) => {
    const { url = "", method } = asked;
    const isWatched = path.test(url);
    if (isWatched) ranges.push(asked.headers.range ?? "");
    const isFirst = isWatched && ranges.length === 1;

    const headers = { ...asked.headers, host: new URL(engine).host };
    const passed = request(engine + url, { method, headers }, (answer) => {
      answered.writeHead(answer.statusCode ?? 0, answer.headers);
      if (!isFirst) {
        answer.pipe(answered);
        return;
      }
      begun = answered;
      let left = bytes;
      answer.on("data", (piece: Buffer) => {
        if (left > 0) answered.write(piece.subarray(0, left));
        left -= piece.length;
      });
    });
    passed.on("error", () => answered.destroy());
    asked.pipe(passed);
  });
  server.listen(port, "127.0.0.1");

  return {
    url: `http://127.0.0.1:${String(port)}`,
    ranges,
    cut: () => begun?.destroy(),
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
