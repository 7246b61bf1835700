// What is pressed is sent five seconds later; until then it is undone without a trace.

import { ref, shallowRef } from "vue";
import { refusalOf } from "@/api/problem";
import { t } from "./words";

export const PATIENCE = 5;

export interface Pending {
  name: string;
  send: () => Promise<unknown>;
  /** After it was sent. */
  then: () => void;
}

export const pending = shallowRef<Pending | null>(null);
export const left = ref(0);
export const notice = shallowRef<{ text: string; bad: boolean } | null>(null);
let timer = 0;
let fading = 0;

function say(text: string, bad = false): void {
  notice.value = { text, bad };
  clearTimeout(fading);
  fading = window.setTimeout(() => (notice.value = null), bad ? 12_000 : 3_000);
}

/** One thing waits at a time: the next one sends the one before it. */
export function sendLater(act: Pending): void {
  void sendNow();
  notice.value = null;
  pending.value = act;
  left.value = PATIENCE;
  timer = window.setInterval(() => {
    left.value -= 1;
    if (left.value <= 0) void sendNow();
  }, 1000);
}

export async function sendNow(): Promise<void> {
  const act = pending.value;
  if (!act) return;
  clearInterval(timer);
  pending.value = null;
  try {
    await act.send();
    say(t("act.sent", { name: act.name }));
  } catch (error) {
    say(t("act.failed", { name: act.name, why: refusalOf(error).whole }), true);
  }
  act.then();
}

export function undo(): void {
  if (!pending.value) return;
  clearInterval(timer);
  pending.value = null;
  say(t("act.undone"));
}

// Whoever leaves has decided: what waits goes at once.
window.addEventListener("pagehide", () => void sendNow());
