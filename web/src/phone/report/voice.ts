// A voice note: pressed once it listens, pressed again it has heard. What was said is handed out every second, so that a phone that
// dies in the middle has lost a second and no more.

import { computed, onUnmounted, ref } from "vue";

/** Ten minutes at what phones record for speech stay below the server's limit. */
const LONGEST = 600;
const BITS = 32_000;
const KINDS = ["audio/webm;codecs=opus", "audio/webm", "audio/mp4"];

export type Trouble = "none" | "refused" | "unable";

/** `said` is called with what there is so far, and once more when it is over. */
export function recorder(said: (blob: Blob, kind: string, seconds: number, over: boolean) => void) {
  const seconds = ref(0);
  const running = ref(false);
  const trouble = ref<Trouble>("none");
  const able = typeof MediaRecorder !== "undefined" && navigator.mediaDevices !== undefined;
  const clock = computed(() => `${Math.floor(seconds.value / 60)}:${String(seconds.value % 60).padStart(2, "0")}`);
  let tape: MediaRecorder | null = null;
  let timer = 0;

  async function start(): Promise<void> {
    trouble.value = able ? "none" : "unable";
    if (!able || running.value) return;
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } }).catch((error: unknown) => {
      trouble.value = error instanceof DOMException && error.name === "NotAllowedError" ? "refused" : "unable";
      return null;
    });
    if (!stream) return;
    const wanted = KINDS.find((k) => MediaRecorder.isTypeSupported(k));
    tape = new MediaRecorder(stream, { ...(wanted ? { mimeType: wanted } : {}), audioBitsPerSecond: BITS });
    const kind = (tape.mimeType || wanted || "audio/webm").split(";")[0] ?? "audio/webm";
    const parts: Blob[] = [];
    seconds.value = 0;
    running.value = true;
    const hand = (over: boolean): void => said(new Blob(parts, { type: kind }), kind, Math.max(1, seconds.value), over);
    tape.ondataavailable = (event) => {
      if (event.data.size === 0) return;
      parts.push(event.data);
      if (running.value) hand(false);
    };
    tape.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      if (parts.length > 0) hand(true);
    };
    tape.start(1000);
    timer = window.setInterval(() => {
      seconds.value += 1;
      if (seconds.value >= LONGEST) stop();
    }, 1000);
  }

  function stop(): void {
    clearInterval(timer);
    if (!running.value) return;
    running.value = false;
    tape?.stop();
  }

  onUnmounted(stop);
  return { start, stop, running, seconds, clock, trouble, able };
}
