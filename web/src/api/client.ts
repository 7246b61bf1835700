// The one door to the server: typed by the OpenAPI document, refusals as `Refusal`, writes with an Idempotency-Key.

import createClient, { type Middleware } from "openapi-fetch";
import { lang } from "@/shared/words";
import { Refusal } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Words = Schemas["Words"];
export type Listed = Schemas["ListedMatter"];
export type Matter = Schemas["Matter"];
export type Happened = Schemas["Happened"];

/** A key of its own for each thing a person does: what is sent twice is done once. */
export function newKey(): string {
  // `randomUUID` is absent on plain http, as a county's own network may be.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

let signedOut: () => void = () => undefined;

/** What to do when the session has ended. */
export function onSignedOut(act: () => void): void {
  signedOut = act;
}

const edge: Middleware = {
  onRequest({ request }) {
    request.headers.set("Accept-Language", lang.value === "zh" ? "zh-CN" : "en");
    if (request.method !== "GET" && !request.headers.has("Idempotency-Key")) request.headers.set("Idempotency-Key", newKey());
    return request;
  },
  async onResponse({ request, response }) {
    if (response.ok) return undefined;
    const refusal = await Refusal.of(response);
    if (refusal.status === 401 && !new URL(request.url).pathname.startsWith("/api/session")) signedOut();
    throw refusal;
  },
  onError() {
    return Refusal.unreachable();
  },
};

export const api = createClient<paths>({ baseUrl: location.origin, credentials: "same-origin" });
api.use(edge);

/** The body of an answer; what was refused has been thrown by then. */
export async function body<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data } = await answer;
  if (data === undefined) throw Refusal.unreachable();
  return data;
}
