/** The way of somebody who has no pointer. */
import type { Locator, Page } from "playwright-core";

const MOST_STOPS = 150;

/** Press Tab until this element has the focus. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  const isThere = () =>
    wanted.evaluate((element) => element === document.activeElement);
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await isThere()) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("it cannot be reached by Tab");
}
