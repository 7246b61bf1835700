import { createApp } from "vue";
// Before the router, which keeps the address as it finds it.
import "./shell";
import "@/shared/tokens.css";
import "./phone.css";
import "@/shared/look";
import "@/shared/words/phone";
import { onSignedOut } from "@/api/client";
import { me } from "@/shared/session";
import { startOwnWords } from "@/shared/words/own";
import { come, was } from "./coming";
import { hold } from "./kept/db";
import { startOutbox } from "./kept/outbox";
import { loadFlows } from "./kept/flows";
import PhoneApp from "./PhoneApp.vue";
import { router } from "./router";
import { enterFromShell } from "./wechat";
import { startWorker } from "./worker/start";

/** Longer than this nobody looks at an empty screen: the pages are drawn for a stranger, and anew when it is known who it is. */
const PATIENCE = 4000;

async function start(): Promise<void> {
  // A session that ended is no page of its own: what is being written stays where it is.
  onSignedOut(() => (me.value = null));
  me.value = await was();
  const came = come();
  startOwnWords(came);
  const coming = came.then(enterFromShell).catch(() => undefined);
  if (!me.value) await Promise.race([coming, new Promise((done) => setTimeout(done, PATIENCE))]);
  createApp(PhoneApp).use(router).mount("#app");
  await startOutbox();
  startWorker();
  hold();
  // So that the first report without a network finds its form here.
  void loadFlows().catch(() => undefined);
}

void start();
