import { createApp } from "vue";
import "@/shared/tokens.css";
import "./console.css";
import "@/shared/look";
import "@/shared/words/console";
import { onSignedOut } from "@/api/client";
import { stopLive } from "@/shared/live";
import { me } from "@/shared/session";
import { startOwnWords } from "@/shared/words/own";
import ConsoleApp from "./ConsoleApp.vue";
import { router } from "./router";

onSignedOut(() => {
  stopLive();
  me.value = null;
  const here = router.currentRoute.value;
  if (here.name !== "sign-in") void router.push({ name: "sign-in", query: { to: here.fullPath } });
});

startOwnWords(router.isReady());
createApp(ConsoleApp).use(router).mount("#app");
