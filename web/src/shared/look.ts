// Light or dark: by the system until someone chooses.

import { ref, watchEffect } from "vue";

const KEPT = "shuxiang.theme";
const kept = localStorage.getItem(KEPT);

export const dark = ref(kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);

watchEffect(() => (document.documentElement.dataset.theme = dark.value ? "dark" : "light"));

export function switchTheme(): void {
  dark.value = !dark.value;
  localStorage.setItem(KEPT, dark.value ? "dark" : "light");
}
