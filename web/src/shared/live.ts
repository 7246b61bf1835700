// Live events: a stream that goes on where it was cut, told to whoever listens.

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

const LONGEST = 30_000;
const listeners = new Set<Listener>();
export const live = ref(false);
let running: AbortController | null = null;
let last = "";

/** Calls for every event while the component that asks is on the page. */
export function onLive(listener: Listener): void {
  listeners.add(listener);
  onUnmounted(() => listeners.delete(listener));
}

export function startLive(): void {
  if (running) return;
  running = new AbortController();
  void follow(running.signal);
}

export function stopLive(): void {
  running?.abort();
  running = null;
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
        live.value = true;
        wait = 500;
        await read(response.body);
      }
    } catch {
      // A cut stream is not news: it is begun again below, and the footer says so meanwhile.
    }
    live.value = false;
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
    for (const block of blocks) tell(block);
  }
}

function tell(block: string): void {
  let data = "";
  for (const line of block.split("\n")) {
    if (line.startsWith("id:")) last = line.slice(3).trim();
    else if (line.startsWith("data:")) data += line.slice(5).trimStart();
  }
  if (!data) return;
  const event = JSON.parse(data) as LiveEvent;
  for (const listener of listeners) listener(event);
}
