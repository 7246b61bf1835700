// A voice note where the web-view may not listen: recorded here, uploaded, and handed to the report by its id.
const { host } = require("../../config");
const words = require("../../words");
const MOST = 600000;

Page({
  data: { words: {}, state: "idle", seconds: 0, wrong: "" },
  onLoad() {
    this.setData({ words: words() });
    this.tape = wx.getRecorderManager();
    this.tape.onStop(({ tempFilePath, duration }) => {
      clearInterval(this.timer);
      this.path = tempFilePath;
      this.setData({ state: "said", seconds: Math.max(1, Math.round(duration / 1000)) });
    });
    this.tape.onError(() => this.setData({ state: "idle", wrong: this.data.words.refused }));
  },
  onUnload() {
    clearInterval(this.timer);
  },
  start() {
    this.setData({ state: "running", seconds: 0, wrong: "" });
    this.timer = setInterval(() => this.setData({ seconds: this.data.seconds + 1 }), 1000);
    this.tape.start({ duration: MOST, format: "mp3", sampleRate: 16000, numberOfChannels: 1, encodeBitRate: 32000 });
  },
  stop() {
    this.tape.stop();
  },
  send() {
    const failed = () => this.setData({ wrong: this.data.words.failed });
    wx.getFileSystemManager().readFile({
      filePath: this.path,
      fail: failed,
      success: ({ data }) => wx.request({
        url: `${host}/api/files`, method: "POST", data, header: { "content-type": "audio/mpeg" }, fail: failed,
        success: ({ statusCode, data: kept }) => {
          if (statusCode !== 201) return failed();
          const [page] = getCurrentPages();
          page.open({ path: "report", hash: `voice=${kept.id}&seconds=${this.data.seconds}` });
          wx.navigateBack();
        },
      }),
    });
  },
});
