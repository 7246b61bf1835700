// What was given to be sent. A parcel is closed when it is given: its key, its body and its files change no more, so that
// sending it twice, late or from two pages is one command at the server. Files go up one by one and each is remembered.

import { computed, ref, shallowRef } from "vue";
import { newKey, type Words } from "@/api/client";
import { Refusal, refusalOf } from "@/api/problem";
import { loadMe, me } from "@/shared/session";
import { lang } from "@/shared/words";
import * as db from "./db";
import { heard, online } from "./net";

export interface KeptFile { id: string; blob: Blob; kind: string; seconds: number | null; sent: string | null }
/** The page it was written on and what stood there, so that it can be changed where the server refuses it. */
export interface Back { page: string; draft: string; state: Record<string, unknown> }
export type ParcelKind = "report" | "entry" | "act";
export interface Parcel {
  key: string;
  kind: ParcelKind;
  made: number;
  title: string;
  /** The account it is sent by; null: by nobody. */
  as: string | null;
  path: string;
  body: Record<string, unknown>;
  files: KeptFile[];
  /** Where in the body the files' ids go. */
  into: string[];
  state: "waiting" | "signed_out" | "refused";
  wrong: Words | null;
  /** The status it was refused with; 0 where it was not. */
  status: number;
  back: Back | null;
}
export interface Arrived { key: string; at: number; kind: ParcelKind; title: string; as: string | null; id: string | null; number: string | null; receipt: string | null }

const EVERY = 20_000;

export const parcels = shallowRef<Parcel[]>([]);
export const arrived = shallowRef<Arrived[]>([]);
/** The phone's memory has been read: before, nobody knows whether anything waits. */
export const known = ref(false);
export const sending = ref(false);
/** Nobody's, and those of whoever is signed in: a telephone that a family shares tells no one what another wrote. */
export const isOwn = (p: { as: string | null }): boolean => p.as === null || p.as === me.value?.account;
export const own = computed(() => parcels.value.filter(isOwn));
export const waiting = computed(() => parcels.value.filter((p) => p.state !== "refused").length);
export const refused = computed(() => own.value.filter((p) => p.state === "refused"));

export async function loadOutbox(): Promise<void> {
  const [out, got] = await Promise.all([db.all<Parcel>("parcel"), db.all<Arrived>("receipt")]);
  parcels.value = out.sort((a, b) => a.made - b.made);
  arrived.value = got.sort((a, b) => b.at - a.at);
  known.value = true;
}

export const keepFile = (blob: Blob, kind: string, seconds: number | null = null): KeptFile => ({ id: newKey(), blob, kind, seconds, sent: null });

/** Given to be sent: from here on it is on its way, whatever happens to the page. */
export async function give(parcel: Omit<Parcel, "made" | "state" | "wrong" | "status" | "back"> & { back?: Back }): Promise<void> {
  await db.put("parcel", { back: null, ...plain(parcel), made: Date.now(), state: "waiting", wrong: null, status: 0 });
  await loadOutbox();
  void sendAll();
}

/** Vue's proxies are not to be cloned into the database, blobs are. */
function plain<T extends { body: unknown; files: KeptFile[] }>(parcel: T): T {
  return { ...parcel, body: JSON.parse(JSON.stringify(parcel.body)) as unknown, files: parcel.files.map((f) => ({ ...f })) };
}

export async function drop(key: string): Promise<void> {
  await db.remove("parcel", key);
  await loadOutbox();
}

export async function forget(key: string): Promise<void> {
  await db.remove("receipt", key);
  await loadOutbox();
}

export async function tryAgain(key: string): Promise<void> {
  const parcel = await db.get<Parcel>("parcel", key);
  if (parcel) await db.put("parcel", { ...parcel, state: "waiting", wrong: null, status: 0 });
  await loadOutbox();
  await sendAll();
}

/** Only one page of this browser sends at a time; where it cannot be asked, the keys still make it once. */
export async function sendAll(): Promise<void> {
  if (sending.value || !navigator.onLine) return;
  sending.value = true;
  try {
    if ("locks" in navigator) await navigator.locks.request("shuxiang.outbox", { ifAvailable: true }, async (lock) => lock && sendEach());
    else await sendEach();
  } finally {
    sending.value = false;
    await loadOutbox();
  }
}

async function sendEach(): Promise<void> {
  const all = (await db.all<Parcel>("parcel")).sort((a, b) => a.made - b.made);
  // Someone else may have signed in on another page of this browser: nothing goes in his name.
  if (all.some((p) => p.as !== null)) await loadMe().catch(() => undefined);
  for (const { key } of all) {
    const parcel = await db.get<Parcel>("parcel", key);
    if (!parcel || parcel.state === "refused") continue;
    if (parcel.as !== null && parcel.as !== me.value?.account) {
      await db.put("parcel", { ...parcel, state: "signed_out" });
      continue;
    }
    const refusal = await send(parcel).then(() => null, refusalOf);
    if (!refusal) continue;
    if (refusal.status === 401) await db.put("parcel", { ...(await latest(parcel)), state: "signed_out" });
    else if (goesBy(refusal)) return heard(refusal.status !== 0);
    else await db.put("parcel", { ...(await latest(parcel)), state: "refused", wrong: refusal.both, status: refusal.status });
  }
}

const latest = async (parcel: Parcel): Promise<Parcel> => (await db.get<Parcel>("parcel", parcel.key)) ?? parcel;
/** Tried again by itself: no answer, the server's own trouble, too many at once. */
const goesBy = (r: Refusal): boolean => r.status <= 0 || r.status >= 500 || r.status === 429;

async function send(parcel: Parcel): Promise<void> {
  const answer = (await sendOnce(parcel).catch(async (error: unknown) => {
    // An upload that no matter needed within its days is gone: the bytes are still here, so they go up again.
    if (!parcel.files.some((f) => f.sent) || refusalOf(error).status !== 400) throw error;
    for (const file of parcel.files) if (file.blob.size > 0) file.sent = null;
    return sendOnce(parcel);
  })) as { id?: string; number?: string | null; receipt?: string | null };
  heard(true);
  const { key, kind, title, as } = parcel;
  // First the receipt, then the parcel goes: killed between the two, the same answer comes once more.
  if (kind === "report") {
    await db.put("receipt", { key, at: Date.now(), kind, title, as, id: answer.id ?? null, number: answer.number ?? null, receipt: answer.receipt ?? null });
  }
  await db.remove("parcel", key);
}

async function sendOnce(parcel: Parcel): Promise<unknown> {
  for (const file of parcel.files) {
    if (file.sent) continue;
    const up = (await post(parcel, "/api/files", `${parcel.key}-${file.id}`, file.blob, file.kind)) as { id: string };
    file.sent = up.id;
    await db.put("parcel", parcel);
  }
  const body = structuredClone(parcel.body);
  if (parcel.files.length > 0) put(body, parcel.into, parcel.files.map((f) => f.sent));
  return post(parcel, parcel.path, parcel.key, JSON.stringify(body), "application/json");
}

function put(body: Record<string, unknown>, [name, ...rest]: string[], value: unknown): void {
  if (name === undefined) return;
  if (rest.length === 0) body[name] = value;
  else put((body[name] ??= {}) as Record<string, unknown>, rest, value);
}

async function post(parcel: Parcel, path: string, key: string, content: BodyInit, kind: string): Promise<unknown> {
  // By this clock and no other: how long ago is right even where the telephone's time is wrong.
  const ago = Math.min(Math.max(0, Math.floor((Date.now() - parcel.made) / 1000)), 366 * 86_400);
  const headers = { "Content-Type": kind, "Done-Ago": String(ago), "Idempotency-Key": key, "Accept-Language": lang.value === "zh" ? "zh-CN" : "en" };
  // By nobody means by nobody: no cookie goes along with an anonymous report.
  const credentials = parcel.as === null ? "omit" : "same-origin";
  const response = await fetch(path, { method: "POST", body: content, headers, credentials }).catch(() => {
    throw Refusal.unreachable();
  });
  if (!response.ok) throw await Refusal.of(response);
  return response.json();
}

/** Sends now, whenever the network is back, whenever the page is looked at again, and every while. */
export async function startOutbox(): Promise<void> {
  await loadOutbox();
  void sendAll();
  window.addEventListener("online", () => void sendAll());
  document.addEventListener("visibilitychange", () => void (document.visibilityState === "visible" && sendAll()));
  setInterval(() => void ((waiting.value > 0 || !online.value) && sendAll()), EVERY);
}
