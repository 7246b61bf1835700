// The phone's pages without a network. All files of one build are kept together under its version and given out from there; what the
// server answers is never kept here: a page keeps its own copies, where it can say how old they are.

const VERSION = "shuxiang-__VERSION__";
const FILES = __FILES__;
const PAGE = FILES[0];
const known = new Set(FILES);

self.addEventListener("install", (event) => {
  // Past the browser's own cache: a page of yesterday with scripts of today would be neither.
  const fresh = FILES.map((path) => new Request(path, { cache: "reload" }));
  event.waitUntil(caches.open(VERSION).then((kept) => kept.addAll(fresh)));
});

self.addEventListener("activate", (event) => {
  const old = async () => {
    for (const name of await caches.keys()) if (name.startsWith("shuxiang-") && name !== VERSION) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(old());
});

// The reader has said that the new version may come.
self.addEventListener("message", (event) => {
  if (event.data === "now") void self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const asked = request.mode === "navigate" && url.pathname.startsWith(PAGE) ? PAGE : url.pathname;
  if (!known.has(asked)) return;
  event.respondWith(caches.open(VERSION).then((kept) => kept.match(asked)).then((found) => found ?? fetch(request)));
});
