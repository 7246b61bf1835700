// The WeChat shell around this page, where there is one: it alone may ask whether messages may be sent. WeChat puts the bridge
// into the page itself; no script of another address is loaded for it.

interface Bridge { invoke: (what: string, given: Record<string, string>) => void }
interface Wrapped { __wxjs_environment?: string; WeixinJSBridge?: Bridge }

const around = (): Wrapped => window as Wrapped;
export const inShell = (): boolean => around().__wxjs_environment === "miniprogram";
/** Where what is sent from here came in. */
export const door = (): "miniprogram" | "page" => (inShell() ? "miniprogram" : "page");

/** 订阅消息 may be asked by a page of the shell and not by one inside its web-view. It comes back to `path` with what was accepted. */
export function askSubscription(templates: string[], path: string): void {
  if (!inShell() || templates.length === 0) return;
  const given = new URLSearchParams({ templates: templates.join(","), path: path.replace(/^\//, "") });
  around().WeixinJSBridge?.invoke("invokeMiniProgramAPI", { name: "navigateTo", arg: JSON.stringify({ url: `/pages/subscribe/subscribe?${given.toString()}` }) });
}

export interface Handed { words: string; voice: { id: string; seconds: number } | null }

/** Takes these out of what the shell hands over behind the #, which no server sees. */
function taken(names: string[]): URLSearchParams {
  const given = new URLSearchParams(location.hash.slice(1));
  const left = new URLSearchParams(given);
  for (const name of names) left.delete(name);
  if (left.size < given.size) history.replaceState(history.state, "", location.pathname + location.search + (left.size > 0 ? `#${left.toString()}` : ""));
  return given;
}

const given = taken(["wechat", "accepted"]);
/** The code of wx.login, and the templates by which a message was just accepted: taken before the router keeps the address. */
export const arrival = { code: (given.get("wechat") ?? "").slice(0, 200), accepted: (given.get("accepted") ?? "").split(",").filter(Boolean) };

/** Words that were written there, a voice note that it uploaded. */
export function handed(): Handed {
  const given = taken(["words", "voice", "seconds"]);
  const id = given.get("voice") ?? "";
  const voice = /^[0-9a-f-]{36}$/.test(id) ? { id, seconds: Math.max(1, Number(given.get("seconds")) || 1) } : null;
  return { words: (given.get("words") ?? "").slice(0, 4000), voice };
}
