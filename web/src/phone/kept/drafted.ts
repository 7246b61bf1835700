// What is being filled in on a page, kept at every stroke: the app may be closed or killed before it is given to be sent. Each person's own,
// also on a telephone that a family shares. What the server refused comes back to its page as a draft.

import { nextTick, onMounted, onUnmounted, ref, toRaw, watch, type Ref } from "vue";
import { me } from "@/shared/session";
import * as db from "./db";
import { drop, type Back, type Parcel } from "./outbox";

const PAUSE = 250;
type Refs = Record<string, Ref<unknown>>;
type Kept = { id: string } & Record<string, unknown>;

/** Without Vue's proxies, which are not to be cloned into the database; pictures as they are. */
function plain(value: unknown): unknown {
  const raw: unknown = toRaw(value);
  if (Array.isArray(raw)) return raw.map(plain);
  if (typeof raw !== "object" || raw === null || raw instanceof Blob) return raw;
  return Object.fromEntries(Object.entries(raw).map(([name, one]) => [name, plain(one)]));
}

/** Keeps `refs` under the page's address; `ready` when what was kept has been put back. */
export function drafted(page: string, refs: Refs) {
  const id = `${page} ${me.value?.account ?? ""}`;
  const ready = ref(false);
  let timer = 0;
  let touched = false;
  const state = (): Record<string, unknown> => Object.fromEntries(Object.entries(refs).map(([name, one]) => [name, plain(one.value)]));

  async function save(): Promise<void> {
    clearTimeout(timer);
    if (touched) await db.put("draft", { id, ...state() });
  }
  async function restore(): Promise<boolean> {
    const found = await db.get<Kept>("draft", id).catch(() => undefined);
    if (found) for (const [name, one] of Object.entries(refs)) if (name in found) one.value = found[name];
    ready.value = true;
    watch(Object.values(refs), () => {
      touched = true;
      clearTimeout(timer);
      timer = window.setTimeout(() => void save(), PAUSE);
    }, { deep: true });
    return found !== undefined;
  }
  /** It is given to be sent; what is written on the page from now on is another. */
  async function given(): Promise<void> {
    await nextTick();
    clearTimeout(timer);
    touched = false;
    await db.remove("draft", id);
  }
  /** What goes with the parcel so that it can be changed where the server refuses it; pictures and voice are the parcel's own. */
  const back = (): Back => ({ page, draft: id, state: Object.fromEntries(Object.entries(state()).filter(([name]) => name !== "photos" && name !== "voice")) });
  const leave = (): void => void save();
  onMounted(() => window.addEventListener("pagehide", leave));
  onUnmounted(() => {
    window.removeEventListener("pagehide", leave);
    leave();
  });
  return { ready, restore, given, back };
}

/** Puts what was refused back on its page; the page's address, or null where something else is being written there. */
export async function takeBack(parcel: Parcel): Promise<string | null> {
  const { back } = parcel;
  if (!back || (await db.get("draft", back.draft))) return null;
  const voice = parcel.files.find((f) => f.seconds !== null) ?? null;
  await db.put("draft", { id: back.draft, ...back.state, photos: parcel.files.filter((f) => f !== voice), voice });
  await drop(parcel.key);
  return back.page;
}
