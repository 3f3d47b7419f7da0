/** A page brings its words; those of a language are loaded for who speaks it. */
import { afterEach, expect, test, vi } from "vitest";

import { addPage, speak, speech, wordsAreThere } from ".";

afterEach(() => speak("en"));

const english = { late: { hello: "Hello" } };
const french = { late: { hello: "Bonjour" } };

test("French is loaded when it is chosen, and not before", async () => {
  const load = vi.fn(() => Promise.resolve(french));
  addPage(english, load);
  expect(speech().t("late.hello")).toBe("Hello");
  expect(load).not.toHaveBeenCalled();

  await speak("fr");

  expect(speech().t("late.hello")).toBe("Bonjour");
});

test("a page that is opened in French waits for its words", async () => {
  await speak("fr");
  addPage({ later: { bye: "Bye" } }, () =>
    Promise.resolve({ later: { bye: "Adieu" } }),
  );

  await wordsAreThere();

  expect(speech().t("later.bye")).toBe("Adieu");
});

test("where French cannot be loaded English is shown", async () => {
  await speak("fr");
  addPage({ lost: { only: "Only" } }, () => Promise.reject(new Error("away")));

  await wordsAreThere();

  expect(speech().t("lost.only")).toBe("Only");
});
