/**
 * A slower machine than this one, to find tests that hope: `SLOW=4 NET=0-200 make e2e`.
 *
 * `SLOW`: so many times as slow is the processor for a page. `NET`: so many milliseconds
 * wait all requests of a page, or at random between two numbers.
 */
import type { BrowserContext, Page } from "playwright-core";

const RATE = Number(process.env.SLOW ?? 1);
const [LEAST_MS = 0, MOST_MS = LEAST_MS] = (process.env.NET ?? "0")
  .split("-")
  .map(Number);

/** Of this context, before its first page is opened. */
export async function press(context: BrowserContext): Promise<void> {
  if (RATE > 1) context.on("page", (page) => void slow(context, page));
  if (MOST_MS === 0) return;

  await context.route(/./, async (route) => {
    const ms = LEAST_MS + Math.random() * (MOST_MS - LEAST_MS);
    await new Promise((resolve) => setTimeout(resolve, ms));
    // Who asked may have gone meanwhile.
    await route.continue().catch(() => undefined);
  });
}

async function slow(context: BrowserContext, page: Page): Promise<void> {
  try {
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: RATE });
  } catch (fault) {
    // A page that was closed at once needs no patience.
    if (!page.isClosed()) throw fault;
  }
}
