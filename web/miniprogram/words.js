// The few texts of the shell, in both languages.
const lists = {
  zh: {
    allow: "允许发消息", later: "以后再说", subscribe: "办到哪一步、办好了没有，用微信告诉您。",
    start: "按一下，开始说", stop: "说完按这里", send: "用这段", again: "重说", refused: "没有让小程序用话筒，在右上角“设置”里允许后再试。", failed: "没有传上去，网好了再按一次。",
    write: "现在没有网。先写在这里，有网时接着发。", hint: "在哪里、什么事", kept: "已存好", open: "打开",
  },
  en: {
    allow: "Allow messages", later: "Not now", subscribe: "WeChat tells you of every step and when it is done.",
    start: "Press and speak", stop: "Press to end", send: "Use it", again: "Again", refused: "The microphone was refused; allow it in the settings (top right).", failed: "It did not go up; press again when there is a network.",
    write: "No network now. Write it here; it goes on when there is one.", hint: "Where and what", kept: "Kept", open: "Open",
  },
};
module.exports = () => lists[/^zh/.test(wx.getAppBaseInfo().language) ? "zh" : "en"];
