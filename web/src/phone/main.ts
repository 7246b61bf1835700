import { createApp } from "vue";
import "@/shared/tokens.css";
import "./phone.css";
import "@/shared/look";
import "@/shared/words/phone";
import PhoneApp from "./PhoneApp.vue";
import { router } from "./router";

createApp(PhoneApp).use(router).mount("#app");
