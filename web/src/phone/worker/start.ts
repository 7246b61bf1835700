// The service worker: pages and scripts without a network. It keeps no answer of the server; a new version waits until the reader
// says so or comes again, and what she was writing stays in IndexedDB either way.

import { ref } from "vue";

export const stale = ref(false);
let next: ServiceWorker | null = null;

export function startWorker(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const base = `${import.meta.env.BASE_URL}m/`;
  void navigator.serviceWorker.register(`${base}sw.js`, { scope: base, updateViaCache: "none" }).then((registration) => {
    const watch = (worker: ServiceWorker | null): void => worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && navigator.serviceWorker.controller) [next, stale.value] = [worker, true];
    });
    if (registration.waiting && navigator.serviceWorker.controller) [next, stale.value] = [registration.waiting, true];
    registration.addEventListener("updatefound", () => watch(registration.installing));
    document.addEventListener("visibilitychange", () => void (document.visibilityState === "visible" && registration.update().catch(() => undefined)));
  }).catch(() => undefined);
}

export function reload(): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  next?.postMessage("now");
}
