// A report that could not be begun in the page: every stroke is kept, and taken along when there is a network.
const words = require("../../words");

Page({
  data: { words: {}, text: "", online: false },
  onLoad() {
    this.setData({ words: words(), text: wx.getStorageSync("unsent") || "" });
    this.heard = ({ isConnected }) => this.setData({ online: isConnected });
    wx.onNetworkStatusChange(this.heard);
  },
  onUnload() {
    wx.offNetworkStatusChange(this.heard);
  },
  typed({ detail }) {
    wx.setStorageSync("unsent", detail.value);
    this.setData({ text: detail.value });
  },
  go: () => wx.reLaunch({ url: "/pages/index/index" }),
});
