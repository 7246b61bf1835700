// One official's page for a whole file of tests: signed in once, for who signs in anew for every test is shut out.

import { after } from "node:test";
import { launch, person, signIn, url } from "./browser.mjs";

export async function seated(login) {
  const browser = await launch();
  after(() => browser.close());
  const { page, faults } = await person(browser);
  page.setDefaultTimeout(10_000);
  await signIn(page, login);
  /** What the server answers her. */
  const get = async (path) => (await page.request.get(`${url}${path}`)).json();
  return { browser, page, faults, get, home: (await get("/api/me")).seats[0].region };
}
