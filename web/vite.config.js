import vue from "@vitejs/plugin-vue";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// Files are found under this path; a county behind a proxy sets SHUXIANG_BASE=/shuxiang/ when it builds.
const base = process.env.SHUXIANG_BASE ?? "/";
const server = process.env.SHUXIANG_URL ?? "http://127.0.0.1:8080";
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const POLICY =
  "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/** As the binary will serve them: /console/… and /m/… are pages with a history of their own. */
const pages = {
  name: "pages",
  configureServer: serve,
  configurePreviewServer: serve,
};

function serve(vite) {
  vite.middlewares.use((request, _, next) => {
    const path = (request.url ?? "").split("?")[0];
    if (path.includes(".") || path.startsWith(`${base}@`)) return next();
    if (path.startsWith(`${base}console`)) request.url = `${base}console.html`;
    else if (path.startsWith(`${base}m/`) || path === `${base}m`) request.url = `${base}phone.html`;
    next();
  });
}

const proxy = {
  "/api": {
    target: server,
    changeOrigin: false,
    // A stream of events has begun when its head is here, not when the first event is.
    configure: (through) => through.on("proxyRes", (from, _, to) => {
      if (from.headers["content-type"] === "text/event-stream") setImmediate(() => to.flushHeaders());
    }),
  },
  "/.well-known": { target: server, changeOrigin: false },
};

export default defineConfig({
  base,
  appType: "mpa",
  plugins: [vue(), pages],
  resolve: { alias: { "@": here("src") } },
  server: { port: 5173, proxy },
  // The server's own policy, so that what it would forbid fails here first.
  preview: { port: 4173, proxy, headers: { "Content-Security-Policy": POLICY } },
  build: {
    manifest: true,
    target: "es2020",
    // A polyfill would be an inline script, which the Content-Security-Policy forbids.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: { input: { console: here("console.html"), phone: here("phone.html") } },
  },
});
