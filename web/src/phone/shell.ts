// The WeChat shell around this page, where there is one: it alone may ask whether messages may be sent. WeChat puts the bridge
// into the page itself; no script of another address is loaded for it.

interface Bridge { invoke: (what: string, given: Record<string, string>) => void }
interface Wrapped { __wxjs_environment?: string; WeixinJSBridge?: Bridge }

const around = (): Wrapped => window as Wrapped;
export const inShell = (): boolean => around().__wxjs_environment === "miniprogram";
/** Where what is sent from here came in. */
export const door = (): "miniprogram" | "page" => (inShell() ? "miniprogram" : "page");

/** At submission: 订阅消息 may be asked by a page of the shell and not by one inside its web-view. */
export function askSubscription(): void {
  if (inShell()) around().WeixinJSBridge?.invoke("invokeMiniProgramAPI", { name: "navigateTo", arg: JSON.stringify({ url: "/pages/subscribe/subscribe" }) });
}

export interface Handed { words: string; voice: { id: string; seconds: number } | null }

/** What the shell hands over behind the #, which no server sees: words that were written there, a voice note that it uploaded. */
export function handed(): Handed {
  const given = new URLSearchParams(location.hash.slice(1));
  const id = given.get("voice") ?? "";
  const voice = /^[0-9a-f-]{36}$/.test(id) ? { id, seconds: Math.max(1, Number(given.get("seconds")) || 1) } : null;
  if (given.size > 0) history.replaceState(history.state, "", location.pathname + location.search);
  return { words: (given.get("words") ?? "").slice(0, 4000), voice };
}
