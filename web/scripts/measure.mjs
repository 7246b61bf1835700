// Figures of the pages in headless Chromium, one JSON object a line; `cargo xtask bench pages map` runs it. The county is at SHUXIANG_URL, its
// people's sessions in SHUXIANG_SESSIONS (or its accounts in SHUXIANG_ACCOUNTS). What to measure follows: usable, inbox, events, map.

import { launch } from "../tests/browser.mjs";
import { events } from "./measure/events.mjs";
import { inbox } from "./measure/inbox.mjs";
import { map } from "./measure/map.mjs";
import { usable } from "./measure/usable.mjs";

const all = { usable, inbox, events, map };
const asked = process.argv.slice(2);
const browser = await launch();
try {
  for (const [name, measure] of Object.entries(all)) if (asked.length === 0 || asked.includes(name)) await measure(browser, (what, figure) => console.log(JSON.stringify({ what, ...figure })));
} finally {
  await browser.close();
}
// Streams that were only listened to are still open.
process.exit(0);
