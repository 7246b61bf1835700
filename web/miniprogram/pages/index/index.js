// The page itself, in a web-view. The code of wx.login goes along behind the #, which no server sees; the page exchanges it, so
// that the session's cookie is the web-view's own.
const { host } = require("../../config");

const entry = (extra) => new Promise((done) => {
  const open = (code) => done(`${host}/m/${extra.path || ""}#${[code && `wechat=${code}`, extra.hash].filter(Boolean).join("&")}`);
  wx.login({ success: ({ code }) => open(code), fail: () => open("") });
});

Page({
  data: { src: "" },
  onLoad({ path }) {
    // A message (订阅消息) opens the matter that it tells of.
    const told = /^[\w/-]{1,100}$/.test(path || "") ? path : "";
    // What was written without a network is written on in the page.
    const words = wx.getStorageSync("unsent");
    this.unsent = words;
    wx.getNetworkType({
      success: ({ networkType }) => (networkType === "none" ? wx.navigateTo({ url: "/pages/unsent/unsent" }) : this.open(words ? { path: "report", hash: `words=${encodeURIComponent(words)}` } : { path: told })),
    });
  },
  async open(extra) {
    this.setData({ src: await entry(extra) });
  },
  loaded() {
    if (this.unsent) wx.removeStorageSync("unsent");
    this.unsent = "";
  },
  failed() {
    wx.navigateTo({ url: "/pages/unsent/unsent" });
  },
});
