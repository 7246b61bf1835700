// 订阅消息 may only be asked after a tap on a page of the shell's own. The page says which templates and where to go back to; what
// was accepted goes along, and the page tells the server, which keeps it as a consent.
const words = require("../../words");

Page({
  data: { words: {} },
  onLoad({ templates, path }) {
    this.templates = decodeURIComponent(templates || "").split(",").filter(Boolean);
    this.path = decodeURIComponent(path || "");
    if (this.templates.length === 0) return wx.navigateBack();
    this.setData({ words: words() });
  },
  ask() {
    wx.requestSubscribeMessage({ tmplIds: this.templates, success: (said) => this.back(this.templates.filter((id) => said[id] === "accept")), fail: () => wx.navigateBack() });
  },
  back(accepted) {
    const [page] = getCurrentPages();
    if (accepted.length > 0) page.open({ path: this.path, hash: `accepted=${encodeURIComponent(accepted.join(","))}` });
    wx.navigateBack();
  },
  later: () => wx.navigateBack(),
});
