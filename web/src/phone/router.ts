// The phone's pages. No page here may ask for Naive UI: the whole first load has 150 KB.

import { createRouter, createWebHistory } from "vue-router";

export const router = createRouter({
  history: createWebHistory(`${import.meta.env.BASE_URL}m/`),
  routes: [{ path: "/:rest(.*)*", name: "receipt", component: () => import("./ReceiptPage.vue") }],
});
