// What a county sets: where its server is. Message templates are the server's to name (wechat.templates of its configuration).
module.exports = {
  host: "https://county.example",
};
