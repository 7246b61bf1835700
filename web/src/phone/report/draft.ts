// The report that is being written. Every stroke, photo and second of voice is kept at once; the key it will be sent by is
// made with it.

import { computed, reactive, ref, toRaw } from "vue";
import { newKey } from "@/api/client";
import { me } from "@/shared/session";
import { t } from "@/shared/words";
import * as db from "../kept/db";
import { fieldOf, fields, flowName, reportFlow } from "../kept/flows";
import { arrived, give, keepFile, parcels, type KeptFile } from "../kept/outbox";
import { door } from "../shell";
import { usual, type Place } from "./place";

export type Identity = "named" | "sealed" | "anonymous";
export interface Draft {
  id: string;
  key: string;
  words: string;
  photos: KeptFile[];
  voice: KeptFile | null;
  place: Place | null;
  category: string | null;
  identity: Identity | null;
  saved: number | null;
}

const PAUSE = 250;
export const MOST_PHOTOS = 8;

const blank = (id: string): Draft => ({ id, key: newKey(), words: "", photos: [], voice: null, place: null, category: null, identity: null, saved: null });

/** One draft a door: the report's own, and that of 长辈版. */
export function keptDraft(id: string) {
  const draft = reactive<Draft>(blank(id));
  const ready = ref(false);
  let timer = 0;

  async function load(): Promise<void> {
    const found = await db.get<Draft>("draft", id);
    // Given already, and the app was killed before the draft was put away.
    const given = found && (parcels.value.some((p) => p.key === found.key) || arrived.value.some((a) => a.key === found.key));
    if (found && !given) Object.assign(draft, found);
    draft.place ??= await usual();
    ready.value = true;
  }

  async function save(): Promise<void> {
    clearTimeout(timer);
    draft.saved = Date.now();
    const raw = toRaw(draft);
    await db.put("draft", { ...raw, photos: raw.photos.map((f) => ({ ...toRaw(f) })), voice: raw.voice ? { ...toRaw(raw.voice) } : null, place: raw.place ? { ...toRaw(raw.place) } : null });
  }

  function soon(): void {
    clearTimeout(timer);
    timer = window.setTimeout(() => void save(), PAUSE);
  }

  async function clear(): Promise<void> {
    clearTimeout(timer);
    await db.remove("draft", id);
    Object.assign(draft, blank(id), { place: draft.place });
  }

  const identity = computed<Identity>(() => (me.value ? (draft.identity ?? "named") : "anonymous"));
  const full = computed(() => draft.words.trim() !== "" || draft.voice !== null);
  const wrong = computed(() => (!full.value ? t("report.wrong.words") : !draft.place ? t("report.wrong.place") : ""));

  /** Gives it to be sent and clears the page; the key of what is now on its way. */
  async function submit(): Promise<string> {
    clearTimeout(timer);
    const flow = reportFlow();
    if (!flow || !draft.place || !full.value) throw new Error("not ready");
    const spoken = draft.voice ? t("report.voice.words", { n: draft.voice.seconds ?? 0 }) : "";
    const words = draft.words.trim() || spoken;
    const text = fields(flow).find((f) => f.type === "text" && f.required === "yes")?.id ?? "words";
    const [place, media, sender] = (["place", "media", "identity"] as const).map((type) => fieldOf(flow, type)?.id ?? type);
    const { region, words: where, point } = draft.place;
    const key = draft.key;
    await give({
      key, kind: "report", title: draft.words.trim() || t("report.voice.title"), as: identity.value === "anonymous" ? null : (me.value?.account ?? null),
      path: "/api/matters",
      body: {
        flow: flowName(flow), door: door(), told_at: new Date().toISOString(), ...(draft.category ? { category: draft.category } : {}),
        form: { [text]: words, [place as string]: { region, ...(where ? { words: where } : {}), ...(point ? { point } : {}) }, [sender as string]: identity.value },
      },
      files: [...draft.photos, ...(draft.voice ? [draft.voice] : [])].map((f) => ({ ...toRaw(f) })),
      into: ["form", media as string],
      back: { page: id === "report" ? "/report" : "/elder/talk", draft: id, state: { key: newKey(), saved: Date.now(), words: draft.words, place: draft.place ? { ...toRaw(draft.place) } : null, category: draft.category, identity: draft.identity } },
    });
    await clear();
    return key;
  }

  function setVoice(blob: Blob, kind: string, seconds: number): void {
    draft.voice = keepFile(blob, kind, seconds);
    void save();
  }

  return { draft, ready, load, save, soon, clear, identity, full, wrong, submit, setVoice };
}
