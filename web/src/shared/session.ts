// Who is signed in. The token stays in its cookie, out of the scripts' reach.

import { computed, shallowRef } from "vue";
import { api, body, type Schemas } from "@/api/client";
import { refusalOf } from "@/api/problem";
import { roleMay, roleMayKind, roleRuns, type Action } from "./declared";

export const me = shallowRef<Schemas["Me"] | null>(null);
export const seats = computed(() => me.value?.seats ?? []);

/** True where a session is there. */
export async function loadMe(): Promise<boolean> {
  try {
    me.value = await body(api.GET("/api/me"));
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal.status !== 401) throw refusal;
    me.value = null;
  }
  return me.value !== null;
}

export async function signIn(login: string, password: string, second: string): Promise<void> {
  await api.POST("/api/session", { body: { login, password, second: second || null } });
  await loadMe();
}

export async function signOut(): Promise<void> {
  await api.DELETE("/api/session");
  me.value = null;
}

export const holds = (seat: string | null | undefined): boolean => seats.value.some((s) => s.seat === seat);

/** The digits of a code that say something: `4309032090000000000` is the township 430903209. */
const stem = (code: string): string => {
  for (const n of [6, 9, 12, 15]) if (/^0*$/.test(code.slice(n))) return code.slice(0, n);
  return code;
};

/** Whether one of my seats may do that to matters of this flow at this place. The server decides; this spares a button. */
export function may(action: Action, flow: string, region: string): boolean {
  return seats.value.some((s) => region.startsWith(stem(s.region)) && roleMay(s.role, action, flow));
}

/** The same for things of a kind; without a place: anywhere. */
export function mayKind(action: Action, kind: string, region?: string): boolean {
  return seats.value.some((s) => (region === undefined || region.startsWith(stem(s.region))) && roleMayKind(s.role, action, kind));
}

/** Whether one of my seats runs that part of the platform. */
export const runs = (action: Action): boolean => seats.value.some((s) => roleRuns(s.role, action));
