// The WeChat shell around this page, where there is one: it alone may ask whether messages may be sent. WeChat puts the bridge
// into the page itself; no script of another address is loaded for it.

interface Bridge { invoke: (what: string, given: Record<string, string>) => void }
interface Wrapped { __wxjs_environment?: string; WeixinJSBridge?: Bridge }

const around = (): Wrapped => window as Wrapped;
export const inShell = (): boolean => around().__wxjs_environment === "miniprogram";

/** At submission: 订阅消息 may be asked by a page of the shell and not by one inside its web-view. */
export function askSubscription(): void {
  if (inShell()) around().WeixinJSBridge?.invoke("invokeMiniProgramAPI", { name: "navigateTo", arg: JSON.stringify({ url: "/pages/subscribe/subscribe" }) });
}
