// The phone's pages: who looks, and how one comes there.

import { phones, settle, url } from "./browser.mjs";
import { resident, task, withoutLog, wrote } from "./phones.mjs";

const visit = (path) => async (page) => void (await page.goto(`${url}/m${path}`));
const sheWho = { phone: phones.resident };
const leader = { phone: phones.group };

const open = [
  ["phone-home", null, visit("/")],
  ["phone-report", null, async (page) => {
    await page.goto(`${url}/m/report`);
    await page.locator('textarea[name="words"]').fill("村口水泥桥边上的护栏断了一节，小孩放学从那里走，怕掉下去");
    await settle(page);
  }],
  ["phone-place", null, async (page) => {
    await page.goto(`${url}/m/report`);
    await page.getByRole("button", { name: /选地方|Choose/ }).click();
    await page.locator("dialog li").first().waitFor();
  }],
  ["phone-receipt", null, visit("/receipt")],
  ["phone-mine-none", null, visit("/mine")],
  ["phone-village-nobody", null, visit("/village")],
  ["phone-me-nobody", null, visit("/me")],
  ["phone-sign-in", null, visit("/sign-in")],
  ["phone-say", null, visit("/say")],
  ["phone-outbox", null, visit("/outbox")],
  ["phone-outbox-refused", null, async (page) => {
    await page.goto(`${url}/m/outbox`);
    await settle(page);
    await page.evaluate(() => new Promise((done) => {
      const asked = indexedDB.open("shuxiang");
      asked.onsuccess = () => {
        const through = asked.result.transaction("parcel", "readwrite");
        through.objectStore("parcel").put({
          key: "refused-one", kind: "report", made: Date.now() - 86_400_000, title: "村口护栏断了一节", as: null, path: "/api/matters", files: [], into: [], state: "refused", status: 400,
          body: { flow: "direct_line.report", form: { words: "村口护栏断了一节，小孩放学从那里走" } }, wrong: { zh: "没有这个地方", en: "There is no such place" },
          back: { page: "/report", draft: "report", state: {} },
        });
        through.oncomplete = () => done();
      };
    }));
    await page.reload();
    await page.locator("article.one").waitFor();
  }],
  ["phone-nowhere", null, visit("/no-such-page")],
  ["elder-home-nobody", null, visit("/elder")],
  ["elder-talk", null, visit("/elder/talk")],
  ["elder-listen-none", null, visit("/elder/listen")],
];

const signed = [
  ["phone-home-in", sheWho, visit("/")],
  ["phone-report-in", sheWho, visit("/report")],
  ["phone-mine", sheWho, visit("/mine")],
  ["phone-matter", sheWho, async (page) => void (await page.goto(`${url}/m/matters/${(await resident(page)).id}`))],
  ["phone-matter-none", sheWho, visit("/matters/00000000-0000-7000-8000-000000000000")],
  ["phone-say-in", sheWho, visit("/say")],
  ["phone-village", sheWho, visit("/village")],
  ["phone-me", sheWho, visit("/me")],
  ["phone-data", sheWho, visit("/me/data")],
  ["phone-today", leader, async (page) => {
    await task(page);
    await page.goto(`${url}/m/today`);
  }],
  ["phone-month", leader, async (page) => {
    await wrote(page, "visit", "去看了看，老人身体还好");
    await page.goto(`${url}/m/month`);
    await page.locator('[data-what="visits"] .line:enabled').first().click();
  }],
  ["phone-households", leader, visit("/households")],
  ["phone-meetings", leader, visit("/meetings")],
  ["phone-entry", leader, visit("/entry/visit")],
  ["phone-hazard", leader, visit("/entry/hazard")],
  ["phone-task", leader, async (page) => void (await page.goto(`${url}/m/tasks/${await task(page)}`))],
  ["phone-act", leader, async (page) => void (await page.goto(`${url}/m/tasks/${await task(page)}/words`))],
  ["elder-home", sheWho, visit("/elder")],
  ["elder-listen", sheWho, visit("/elder/listen")],
  ["elder-mine", sheWho, visit("/elder/mine")],
];

if (withoutLog) console.log(`pages of people with a telephone are left out: ${withoutLog}`);
export const PHONE_PAGES = withoutLog ? open : [...open, ...signed];
