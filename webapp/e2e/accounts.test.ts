/** The pages of accounts, on an engine that has some. */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Page } from "playwright-core";

import { dataTests } from "./accountsData.ts";
import { deviceTests } from "./accountsDevice.ts";
import { accountsStage, GALLERY } from "./accountsStage.ts";
import { axe, expectRight, visit } from "./browsing.ts";
import { tabTo } from "./keyboard.ts";
import { PASSWORD, signIn } from "./people.ts";
import { until } from "./stack.ts";

const LOAD_MS = 30_000;

const stage = accountsStage();

async function enter(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("the one-time address works once", async () => {
  await visit(stage.browser, {}, async (page) => {
    await page.goto(await stage.stack.invitation());
    await page.getByLabel("Name").fill("eve");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Make the account" }).click();

    await page.getByText("This address was used already").waitFor();
  });
});

test("signing in leads to the page that was wanted, and out of it back", async () => {
  await visit(stage.browser, {}, async (page) => {
    await page.goto(`${stage.stack.url}/history?status=error`);
    await page.waitForURL(/\/sign-in\?next=/);
    assert.equal(await page.getByRole("link", { name: "History" }).count(), 0);
    await enter(page, "ada", PASSWORD);
    await page.waitForURL(/\/history\?status=error$/);

    await page.getByRole("link", { name: "ada" }).click();
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await page.waitForURL(/\/sign-in$/);
    await page.goto(stage.stack.url);
    await page.waitForURL(/\/sign-in\?next=/);
  });
});

test("where people sign in at a provider the page leads there, and back", async () => {
  const about = (await (await fetch(`${stage.stack.url}/about`)).json()) as object;
  await visit(stage.browser, {}, async (page) => {
    await page.route("**/about", (route) =>
      route.fulfill({ json: { ...about, auth: "oidc" } }),
    );
    await page.goto(`${stage.stack.url}/sign-in?next=/history?status=error`);

    const link = page.getByRole("link", { name: "Sign in" });
    const next = encodeURIComponent("/history?status=error");
    assert.equal(await link.getAttribute("href"), `/oidc/sign-in?next=${next}`);
    assert.equal(await page.getByLabel("Password").count(), 0);
  });
});

test("signing in leads to no other site", async () => {
  await visit(stage.browser, {}, async (page) => {
    await page.goto(`${stage.stack.url}/sign-in?next=//evil.example/x`);
    await enter(page, "ada", PASSWORD);

    await page.waitForURL(`${stage.stack.url}/`);
    await page.getByRole("heading", GALLERY).waitFor();
  });
});

test("a refusal does not tell whether there is such an account", async () => {
  await visit(stage.browser, {}, async (page) => {
    await page.goto(`${stage.stack.url}/sign-in`);
    const said: string[] = [];
    for (const name of ["rita", "nobody-of-this-name"]) {
      await enter(page, name, "not the password at all");
      said.push(await page.getByRole("alert").innerText());
      await page.getByLabel("Password", { exact: true }).fill("");
    }

    assert.deepEqual(said, Array(2).fill("Name and password do not belong together."));
  });
});

test("a token is made, shown once, and used by a program", async () => {
  await visit(stage.browser, stage.ada.signedIn, async (page) => {
    await page.goto(`${stage.stack.url}/account`);
    await page.getByRole("button", { name: "Make a token" }).click();
    await page.getByLabel("What it is for").fill("nightly report");
    await page.getByLabel("Start, cancel and erase tasks").uncheck();
    assert.deepEqual(await axe(page), []);
    await page.getByRole("button", { name: "Make it" }).click();

    const token = await page.getByRole("textbox", { name: "The token" }).innerText();
    const headers = { authorization: `Bearer ${token}` };
    const asked = await fetch(`${stage.stack.url}/services`, { headers });
    const refused = await fetch(`${stage.stack.url}/services/half`, {
      method: "POST",
      headers,
    });
    assert.deepEqual([asked.status, refused.status], [200, 403]);

    await page.getByRole("button", { name: "Close" }).click();
    const revoke = page.getByRole("button", { name: "Revoke: nightly report" });
    await revoke.waitFor();
    assert.equal(await page.getByText(token).count(), 0);
    await revoke.click();
    await revoke.waitFor({ state: "detached" });
  });
});

test("a session that ends elsewhere takes nothing of what was typed", async () => {
  const rita = await signIn(stage.stack.url, "rita");
  await visit(stage.browser, rita.signedIn, async (page) => {
    await page.goto(`${stage.stack.url}/`);
    await page.getByRole("searchbox").fill("hal");
    const other = await page.context().newPage();
    await other.goto(`${stage.stack.url}/history`);
    await other.getByRole("link", { name: "rita" }).waitFor();
    await rita.call("DELETE", "/sessions/current");

    for (const window of [page, other]) {
      await window.getByText("You are not signed in any more").waitFor();
    }
    assert.deepEqual(await axe(page), []);
    assert.equal(await page.getByLabel("Name").inputValue(), "rita");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.keyboard.press("Enter");

    for (const window of [page, other]) {
      await window.getByRole("dialog").waitFor({ state: "detached" });
    }
    assert.equal(await page.getByRole("searchbox").inputValue(), "hal");
    await page.getByRole("article").filter({ hasText: "half" }).waitFor();
  });
});

test("a reader is offered nothing that changes pipelines, and told whom to ask", async () => {
  const rita = await signIn(stage.stack.url, "rita");
  await visit(stage.browser, rita.signedIn, async (page) => {
    await page.goto(stage.stack.url);
    await page.getByRole("article").filter({ hasText: "half" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "New pipeline" }).count(), 0);

    await page.goto(`${stage.stack.url}/edit/half`);
    await page.getByText("ask an owner of the space").waitFor();
  });
});

test("somebody without a space is told whom to ask", async () => {
  const nora = await signIn(stage.stack.url, "nora");
  await visit(stage.browser, nora.signedIn, async (page) => {
    await page.goto(stage.stack.url);
    await page.getByText("You have an account, nora").waitFor();

    await page.getByRole("link", { name: "nora" }).click();
    await page.getByRole("heading", { name: "Tokens" }).waitFor();
  });
});

test("an administrator adds a person and makes a space with a member", async () => {
  await visit(stage.browser, stage.ada.signedIn, async (page) => {
    await page.goto(`${stage.stack.url}/admin/people`);
    await page.getByRole("button", { name: "Add a person" }).click();
    await page.getByLabel("Name", { exact: true }).fill("paul");
    await page.getByLabel("First password").fill(PASSWORD);
    assert.deepEqual(await axe(page), []);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("row", { name: /paul.*main: Reader/ }).waitFor();
    await page.getByLabel("Name begins with").fill("pa");
    await page.getByRole("button", { name: "ada" }).waitFor({ state: "detached" });
    await page.waitForURL(/begins=pa$/);

    await page.getByRole("link", { name: "Spaces" }).click();
    await page.getByRole("button", { name: "Make a space" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Art school");
    assert.equal(await page.getByLabel("Id").inputValue(), "art-school");
    await page.getByRole("button", { name: "Make it" }).click();
    await page.getByRole("link", { name: "Art school" }).click();
    await page.getByLabel("Name of a person or a group").fill("paul");
    await page.getByLabel("Role", { exact: true }).selectOption("owner");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    const role = page.getByLabel("Role of paul");
    await role.waitFor();
    assert.equal(await role.inputValue(), "owner");
  });

  const paul = await signIn(stage.stack.url, "paul");
  await visit(stage.browser, paul.signedIn, async (page) => {
    await page.goto(`${stage.stack.url}/admin/spaces/art-school`);
    await page.getByLabel("Role of paul").waitFor();
    await page.goto(`${stage.stack.url}/admin/spaces/main`);
    await page.getByText("ask an administrator or an owner").waitFor();
    assert.equal(await page.getByRole("button", { name: "Add" }).count(), 0);
    await page.goto(`${stage.stack.url}/admin/people`);
    await page.getByText("Only administrators see this page").waitFor();
  });
});

test("a route is shared, and shared no more", async () => {
  await stage.ada.call("POST", "/spaces", { id: "lab", name: "Lab" });
  await visit(stage.browser, stage.ada.signedIn, async (page) => {
    await page.goto(`${stage.stack.url}/admin/spaces/main`);
    await page.getByLabel("Route", { exact: true }).selectOption("half");
    await page.getByText("This route is not shared.").waitFor();
    await page.getByLabel("With the space").selectOption("lab");
    await page.getByRole("button", { name: "Share", exact: true }).click();

    const end = page.getByRole("button", { name: "Share with Lab no more" });
    await end.click();
    await end.waitFor({ state: "detached" });
  });
});

test("who is an author in several spaces says where a new route belongs", async () => {
  const gina = { name: "gina", password: PASSWORD, role: "author" };
  await stage.ada.call("POST", "/people", gina);
  await stage.ada.call("POST", "/spaces", { id: "film", name: "Film" });
  await stage.ada.call("PUT", "/spaces/film/members/gina", { role: "author" });
  const her = await signIn(stage.stack.url, "gina");

  await visit(stage.browser, her.signedIn, async (page) => {
    await page.goto(`${stage.stack.url}/edit`);
    const name = page.getByRole("textbox", { name: "Name", exact: true });
    await name.fill("cut-film");
    await page.getByRole("button", { name: "Create" }).click();
    await page.locator('[data-node="request"]').waitFor();
    await page.keyboard.press("Control+s");
    await page.getByLabel("Space it belongs to").selectOption("film");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await page.waitForURL(/\/edit\/cut-film/);

    const told = (await her.call("GET", "/services/cut-film/sharing")) as {
      space: string;
    };
    assert.equal(told.space, "film");
    await page.goto(`${stage.stack.url}/history`);
    await page.getByRole("button", { name: "Film", exact: true }).click();
    await page.waitForURL(/space=film/);

    await page.goto(stage.stack.url);
    const cards = page.getByRole("article");
    await cards.filter({ hasText: "cut-film" }).getByText("space “Film”").waitFor();
    await cards.filter({ hasText: "space “main”" }).first().waitFor();
    await page.getByRole("button", { name: "Film", exact: true }).click();
    await cards.filter({ hasText: "half" }).waitFor({ state: "detached" });
    assert.equal(await cards.count(), 1);
    await page.getByRole("button", { name: "All spaces" }).click();
    await cards.filter({ hasText: "half" }).waitFor();
  });
});

test("who may not erase a task is told who may", async () => {
  const rita = await signIn(stage.stack.url, "rita");
  const { jobId } = (await rita.call("POST", "/services/half", {})) as {
    jobId: string;
  };
  const gina = await signIn(stage.stack.url, "gina");

  await visit(stage.browser, gina.signedIn, async (page) => {
    await page.clock.install();
    await page.goto(`${stage.stack.url}/task/${jobId}`);
    await page.getByRole("button", { name: "Erase" }).click();
    await page.clock.fastForward("00:06");

    await page.getByRole("alert").getByText("ask an owner of the space").waitFor();
  });
});

test("a group is made, and somebody is in it", async () => {
  await visit(stage.browser, stage.ada.signedIn, async (page) => {
    await page.goto(`${stage.stack.url}/admin/groups`);
    await page.getByRole("button", { name: "Make a group" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Students");
    await page.getByRole("button", { name: "Make it" }).click();
    await page.getByRole("link", { name: "Students" }).click();
    await page.getByLabel("Name of a person").fill("rita");
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByRole("row", { name: /rita/ }).waitFor();
  });
});

test("the log tells who did it, by filters that the address has", async () => {
  await stage.ada.call("POST", "/spaces", { id: "seen", name: "Seen" });
  await visit(stage.browser, stage.ada.signedIn, async (page) => {
    await page.goto(`${stage.stack.url}/admin/audit`);
    await page.getByLabel("What").selectOption("spaces");
    await page.getByLabel("Object").fill("see");
    await page.waitForURL(/action=%2Fspaces&object=see$/);
    await page.reload();
    await page.getByRole("row", { name: /ada POST \/spaces seen .*done/ }).waitFor();
    assert.equal(await page.getByRole("row").count(), 2);

    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download all" }).click();
    assert.equal((await download).suggestedFilename(), "audit.jsonl");
    await page.getByRole("button", { name: "Check the chain" }).click();
    await page.getByText("The chain holds:").waitFor();
    assert.deepEqual(await axe(page), []);
  });
});

test("all of signing in and the account can be done by keyboard", async () => {
  await visit(stage.browser, {}, async (page) => {
    await page.goto(`${stage.stack.url}/sign-in`);
    await page.getByLabel("Name").waitFor();
    await page.keyboard.type("ada");
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", GALLERY).waitFor();

    await tabTo(page, page.getByRole("link", { name: "ada" }));
    await page.keyboard.press("Enter");
    const light = page.getByRole("radio", { name: "As the system" });
    await tabTo(page, light);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector('html[data-theme="dark"]');
    await page.reload();
    assert.equal(await page.getByRole("radio", { name: "Dark" }).isChecked(), true);
  });
});

for (const locale of ["en-US", "fr-FR"]) {
  test(`the pages of accounts are right for everybody, in ${locale}`, async () => {
    await visit(stage.browser, { locale, ...stage.ada.signedIn }, async (page) => {
      for (const path of [
        "/sign-in",
        "/account",
        "/admin/people",
        "/admin/spaces",
        "/admin/spaces/main",
        "/admin/groups",
        "/admin/audit",
      ]) {
        await page.goto(stage.stack.url + path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        const loading = page.getByRole("progressbar");
        await until(LOAD_MS, async () => (await loading.count()) === 0);

        await expectRight(page);
      }
    });
  });
}

dataTests(stage);
deviceTests(stage);
