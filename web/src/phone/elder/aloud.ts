// Reading aloud, where the phone has a voice for the language.

import { onUnmounted, ref } from "vue";
import { lang } from "@/shared/words";

export function aloud() {
  const reading = ref(false);
  const mute = ref(!("speechSynthesis" in window));

  const voice = (): SpeechSynthesisVoice | undefined => speechSynthesis.getVoices().find((v) => v.lang.toLowerCase().startsWith(lang.value));

  function read(text: string): void {
    if (mute.value) return;
    speechSynthesis.cancel();
    const said = new SpeechSynthesisUtterance(text);
    said.lang = lang.value === "zh" ? "zh-CN" : "en-GB";
    const found = voice();
    if (found) said.voice = found;
    // A little slower than one reads to oneself.
    said.rate = 0.85;
    said.onstart = () => (reading.value = true);
    said.onend = () => (reading.value = false);
    said.onerror = () => {
      reading.value = false;
      mute.value = !voice();
    };
    speechSynthesis.speak(said);
    // Some browsers have the door and nobody behind it: they begin nothing and say nothing.
    setTimeout(() => (mute.value = !reading.value && !voice()), 1500);
  }
  function stop(): void {
    if ("speechSynthesis" in window) speechSynthesis.cancel();
    reading.value = false;
  }
  onUnmounted(stop);
  return { read, stop, reading, mute };
}
