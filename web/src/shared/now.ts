// The time on the pages: one clock that goes on every 15 s, so that every count on a page is of one moment.

import { ref } from "vue";

export const now = ref(Date.now());

setInterval(() => (now.value = Date.now()), 15_000);
document.addEventListener("visibilitychange", () => (now.value = Date.now()));
