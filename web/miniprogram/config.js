// What a county sets: where its server is, and the ids of its message templates (订阅消息).
module.exports = {
  host: "https://county.example",
  templates: [],
};
