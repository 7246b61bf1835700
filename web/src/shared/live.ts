// Live events: a stream that goes on where it was cut, told to whoever listens.
//
// One stream a browser, not one a tab: over HTTP/1.1 a browser opens six connections to a server, and six tabs with a stream each would
// leave none for anything else. The tab that holds the lock reads the stream and tells the others; when it is closed, the next goes on.

import { onUnmounted, ref } from "vue";
import { lang } from "./words";

export interface LiveEvent {
  seq: number;
  at: string;
  kind: string;
  subject_kind: string;
  subject: string;
}

type Listener = (event: LiveEvent) => void;

const NAME = "shuxiang.live";
const LONGEST = 30_000;
const listeners = new Set<Listener>();
export const live = ref(false);
let running: AbortController | null = null;
let last = "";
let tabs: BroadcastChannel | null = null;

/** What tabs tell each other; `asks` comes from one that has just begun. */
type Told = { id: string; event: LiveEvent } | { live: boolean } | { asks: true };

/** Calls for every event while the component that asks is on the page. */
export function onLive(listener: Listener): void {
  listeners.add(listener);
  onUnmounted(() => listeners.delete(listener));
}

/** Calls for every event as long as the page is open. */
export function onLiveAlways(listener: Listener): void {
  listeners.add(listener);
}

export function startLive(): void {
  if (running) return;
  running = new AbortController();
  let holds = false;
  tabs = new BroadcastChannel(NAME);
  tabs.onmessage = ({ data }: MessageEvent<Told>) => {
    if ("asks" in data) return holds && tabs?.postMessage({ live: live.value } satisfies Told);
    if ("live" in data) return void (live.value = data.live);
    last = data.id;
    tell(data.event);
  };
  tabs.postMessage({ asks: true } satisfies Told);
  const { signal } = running;
  const hold = (): Promise<void> => ((holds = true), follow(signal));
  // Over plain HTTP from another machine there are no locks: each tab then has a stream of its own.
  const held = "locks" in navigator ? navigator.locks.request(NAME, { signal }, hold) : hold();
  held.catch(() => undefined);
}

export function stopLive(): void {
  running?.abort();
  running = null;
  tabs?.close();
  tabs = null;
  live.value = false;
  last = "";
}

async function follow(signal: AbortSignal): Promise<void> {
  let wait = 500;
  while (!signal.aborted) {
    try {
      const headers: Record<string, string> = { "Accept-Language": lang.value };
      if (last) headers["Last-Event-ID"] = last;
      const response = await fetch("/api/events", { headers, signal, credentials: "same-origin" });
      if (response.status === 401) return stopLive();
      if (response.ok && response.body) {
        say(true);
        wait = 500;
        await read(response.body);
      }
    } catch {
      // A cut stream is not news: it is begun again below, and the footer says so meanwhile.
    }
    say(false);
    await new Promise((done) => setTimeout(done, wait));
    wait = Math.min(wait * 2, LONGEST);
  }
}

async function read(stream: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) take(block);
  }
}

function say(now: boolean): void {
  live.value = now;
  tabs?.postMessage({ live: now } satisfies Told);
}

function take(block: string): void {
  let data = "";
  for (const line of block.split("\n")) {
    if (line.startsWith("id:")) last = line.slice(3).trim();
    else if (line.startsWith("data:")) data += line.slice(5).trimStart();
  }
  if (!data) return;
  const event = JSON.parse(data) as LiveEvent;
  tabs?.postMessage({ id: last, event } satisfies Told);
  tell(event);
}

function tell(event: LiveEvent): void {
  for (const listener of listeners) listener(event);
}
