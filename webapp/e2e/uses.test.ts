/**
 * Who uses a route, and what is done for all of them at once, some of which are not one's
 * own: with accounts.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Page } from "playwright-core";

import { axe } from "./browsing.ts";
import { bare } from "./editing.ts";
import { signIn } from "./people.ts";
import { sharedStage } from "./sharedStage.ts";

const as = sharedStage();

/** What stands in a list, a line for each. */
function lines(page: Page): Promise<string[]> {
  return page
    .getByRole("dialog")
    .getByRole("listitem")
    .evaluateAll((all) =>
      all.map((one) => (one as HTMLElement).innerText.split("\n")[0] ?? ""),
    );
}

const HIDDEN = /And 1 pipeline of a space that is not yours/;

test("who uses a route is said on its page, in the editor, and before it is deleted", async () => {
  await as("author", async (page, url) => {
    await page.goto(`${url}/run/common`);
    await page.getByText("How it works").click();
    await page.getByRole("heading", { name: "Used by" }).waitFor();
    await page.getByRole("link", { name: "album", exact: true }).waitFor();
    assert.deepEqual(await axe(page), []);

    await page.goto(`${url}/edit/common`);
    await page.locator('[data-node="request"]').click();
    await page.getByRole("button", { name: "Used by 4 pipelines" }).click();
    await page.getByText(HIDDEN).waitFor();
    const [first, ...others] = await lines(page);
    assert.deepEqual([first, ...others.slice(0, 2)], ["album", "borrowed", "shop"]);
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "Delete the pipeline" }).click();
    await page.getByRole("heading", { name: "Delete common?" }).waitFor();
    await page.getByText(HIDDEN).waitFor();
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal((await page.request.get(`${url}/services/common`)).status(), 200);

    // A step leads there: with its fields, in the other pipeline.
    await page.goto(`${url}/edit/shop`);
    await page.locator('[data-node="call_common"]').click();
    await page.getByRole("button", { name: "Used by 4 pipelines" }).click();
    await page
      .getByRole("dialog")
      .getByRole("link", { name: "call_common" })
      .first()
      .click();
    await page.waitForURL("**/edit/album?node=call_common*");
    await page.getByRole("heading", { name: "album" }).waitFor();
  });
});

test("who may not see schedules is told who does, if they make pipelines", async () => {
  await as("author", async (page, url) => {
    await page.goto(`${url}/health`);
    await page.getByText("for the owners of a space: ask one of them").waitFor();
    assert.equal(
      await page.getByRole("button", { name: "Make a schedule" }).count(),
      0,
    );
  });
  await as("reader", async (page, url) => {
    await page.goto(`${url}/health`);
    await page.getByRole("heading", { name: "Pipelines" }).waitFor();
    assert.equal(await page.getByRole("heading", { name: "Schedules" }).count(), 0);
  });
});

test("steps are found over all pipelines that one may read", async () => {
  await as("author", async (page, url) => {
    await page.goto(url);
    await page.getByRole("searchbox", { name: "Search" }).fill("CALL_common");
    await page.getByRole("heading", { name: "Steps of pipelines" }).waitFor();
    const found = page.getByRole("link", { name: "call_common" });
    assert.equal(await found.count(), 3);
    assert.deepEqual(await axe(page), []);
    await found.first().click();
    await page.locator('[data-node="call_common"][aria-pressed="true"]').waitFor();
  });
});

test("a route is renamed for those who call it; what is not one's own is named", async () => {
  await as("author", async (page, url) => {
    const nodesOf = async (route: string) => {
      const response = await page.request.get(`${url}/services/${route}`);
      return JSON.stringify(await response.json());
    };
    await page.goto(`${url}/edit/common`);
    await page.locator('[data-node="result"]').click();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("rename the route");
    await page.keyboard.press("Enter");
    const name = page.getByRole("textbox", { name: "New name of the route" });
    await name.fill("album");
    await page.getByText("There is a pipeline called album already.").waitFor();
    await name.fill("shared");
    await page.getByText("2 pipelines get a version").waitFor();
    // A pipeline that calls it, and that it is shared with that one's space.
    const notYours = page.getByText("not yours: ask its owners");
    await page.getByText(/It is shared with art, to be run/).waitFor();
    assert.equal(await notYours.count(), 2);
    await page.getByText(/And 1 schedule that only owners of its space see/).waitFor();
    await page.getByText(/Not all of this is yours to change/).waitFor();
    // Others would miss it: it stays unless one says otherwise.
    assert.equal(await page.getByRole("checkbox").isChecked(), false);
    assert.deepEqual(await axe(page), []);
    assert.match(await nodesOf("album"), /"service":"common"/);

    await page.keyboard.press("Enter");
    await page.getByText("common is shared now").waitFor();
    assert.equal(await page.getByText(/saved as/).count(), 2);
    assert.deepEqual(await axe(page), []);
    await page.getByRole("button", { name: "Close" }).click();
    await page.waitForURL("**/edit/shared*");
    await page.getByText("No changes").waitFor();

    for (const route of ["album", "shop"]) {
      assert.match(await nodesOf(route), /"service":"shared"/, route);
      const kept = await page.request.get(`${url}/services/${route}/versions`);
      assert.equal(
        ((await kept.json()) as { items: unknown[] }).items.length,
        2,
        route,
      );
    }
    assert.match(await nodesOf("borrowed"), /"service":"common"/);
    assert.match(await nodesOf("shared"), /"route":"shared"/);
    await nodesOf("common");

    // And back, from a step: the route it calls is another one, in all of them.
    await page.goto(`${url}/edit/shop`);
    await page.locator('[data-node="call_common"]').click();
    await page.getByRole("button", { name: "Used by 2 pipelines" }).click();
    await page.getByRole("button", { name: /Call another route instead/ }).click();
    await page.getByRole("combobox", { name: "Route to call instead" }).fill("common");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByText("changed in the editor: save it").waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByText("1 change", { exact: true }).waitFor();
    assert.match(await nodesOf("album"), /"service":"common"/);
    assert.match(await nodesOf("shop"), /"service":"shared"/);
  });
});

test("schedules and shares go along with a route that gets another name", async () => {
  await as("root", async (page, url) => {
    const read = async (path: string) =>
      (await (await page.request.get(`${url}${path}`)).json()) as unknown;
    await page.goto(`${url}/edit/nightly`);
    await page.locator('[data-node="result"]').click();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("rename the route");
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "New name of the route" }).fill("daily");

    // The effect, before anything is done.
    await page.getByText("1 pipeline gets a version").waitFor();
    await page.getByText("It is shared with Art school, to be run and read").waitFor();
    await page
      .getByText("A schedule, paused, starts it: 30 2 1 1 * (Europe/Paris)")
      .waitFor();
    await page.getByText(/Links and programs that name nightly/).waitFor();
    assert.equal(await page.getByRole("checkbox").isChecked(), true);
    assert.deepEqual(await axe(page), []);

    await page.keyboard.press("Enter");
    await page.getByText("nightly is daily now").waitFor();
    assert.equal(await page.getByText("goes along").count(), 2);
    await page.getByRole("button", { name: "Close" }).click();
    await page.waitForURL("**/edit/daily*");

    const sharing = (await read("/services/daily/sharing")) as { shared: unknown };
    assert.deepEqual(sharing.shared, { art: "read" });
    const { schedules } = (await read("/steps?calls=daily")) as {
      schedules: { cron: string; timezone: string; paused: boolean }[];
    };
    assert.deepEqual(
      schedules.map(({ cron, timezone, paused }) => [cron, timezone, paused]),
      [["30 2 1 1 *", "Europe/Paris", true]],
    );
  });
});

test("what a schedule starts is not deleted without a word", async () => {
  await as("root", async (page, url) => {
    const { call } = await signIn(url, "root");
    await call("POST", "/services?space=main", {
      type: "pipeline",
      nodes: bare("lonely", {}),
    });
    await call("POST", "/schedules", { route: "lonely", cron: "0 4 1 1 *" });
    await page.goto(`${url}/edit/lonely`);
    await page.locator('[data-node="request"]').click();
    await page.getByRole("button", { name: "No pipeline calls it." }).waitFor();
    await page.locator('[data-node="result"]').click();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("delete the pipeline");
    await page.keyboard.press("Enter");

    await page.getByText("A schedule starts it: 0 4 1 1 * (UTC)").waitFor();
    assert.deepEqual(await axe(page), []);
    await page.getByRole("button", { name: "Cancel" }).click();
    await call("GET", "/services/lonely");
  });
});
