// 订阅消息 may only be asked after a tap on a page of the shell's own.
const { templates } = require("../../config");
const words = require("../../words");

Page({
  data: { words: {} },
  onLoad() {
    if (templates.length === 0) return wx.navigateBack();
    this.setData({ words: words() });
  },
  ask() {
    wx.requestSubscribeMessage({ tmplIds: templates, complete: () => wx.navigateBack() });
  },
  back: () => wx.navigateBack(),
});
