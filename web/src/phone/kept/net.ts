// Whether there is a network, as far as anyone can tell: the device says when there is none, an unanswered request says so too.

import { ref } from "vue";

export const online = ref(navigator.onLine);

/** Told by whoever has just heard from the server, or has not. */
export function heard(answered: boolean): void {
  online.value = answered && navigator.onLine;
}

window.addEventListener("online", () => (online.value = true));
window.addEventListener("offline", () => (online.value = false));
