// Coming and going: who is signed in, also where there is no network to ask; and what this phone forgets when they leave.

import { api, type Schemas } from "@/api/client";
import { refusalOf } from "@/api/problem";
import { startLive, stopLive } from "@/shared/live";
import { loadMe, me } from "@/shared/session";
import { keep, kept } from "./kept/copies";
import * as db from "./kept/db";
import { heard } from "./kept/net";
import { sendAll } from "./kept/outbox";

const KEPT = "me";
let live = false;

/** Who was signed in when this phone last knew. */
export const was = (): Promise<Schemas["Me"] | null> => kept<Schemas["Me"]>(KEPT).catch(() => null);

/** Asks who I am; without a network, who I was. */
export async function come(): Promise<void> {
  try {
    await loadMe();
    heard(true);
    await keep(KEPT, me.value);
  } catch (error) {
    if (refusalOf(error).status !== 0) throw error;
    heard(false);
    me.value = await was();
  }
  if (me.value && !live) startLive();
  live = me.value !== null;
  void sendAll();
}

/** What was copied goes; drafts and what waits to be sent stay, they are this person's own and go nowhere without her. */
export async function leave(): Promise<void> {
  await api.DELETE("/api/session").catch(() => undefined);
  stopLive();
  live = false;
  me.value = null;
  await db.empty("copy");
}
