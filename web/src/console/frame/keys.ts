// Keys of the console. A page says which it answers to; what stands in a field is typed, not obeyed.

import { onMounted, onUnmounted } from "vue";

/** By the key as it is written on the keyboard: `J`, `Enter`, `/`. */
export type Keys = Record<string, () => void>;

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));

// One that is fading out is closed already.
const dialogOpen = (): boolean => document.querySelector('[role="dialog"]:not([class*="-leave-"])') !== null;

export function useKeys(keys: () => Keys): void {
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key !== "Escape" && (typing(event.target) || dialogOpen())) return;
    if (event.key === "Enter" && event.target instanceof HTMLElement && event.target.closest("button, a")) return;
    const act = keys()[event.key.length === 1 ? event.key.toUpperCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  onMounted(() => window.addEventListener("keydown", press));
  onUnmounted(() => window.removeEventListener("keydown", press));
}
