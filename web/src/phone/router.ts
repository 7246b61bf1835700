// The phone's pages. No page here may ask for Naive UI: the whole first load has 150 KB.

import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import { me } from "@/shared/session";
import HomePage from "./resident/HomePage.vue";
import { elderFirst } from "./elder/mode";
import { leads } from "./seat";

const own = { signedIn: true };
const elder = { elder: true };
const routes: RouteRecordRaw[] = [
  { path: "/", name: "home", component: HomePage },
  { path: "/report", component: () => import("./report/ReportPage.vue") },
  { path: "/sent/:parcel", component: () => import("./report/SentPage.vue"), props: true },
  { path: "/outbox", component: () => import("./report/OutboxPage.vue") },
  { path: "/mine", component: () => import("./resident/MinePage.vue") },
  { path: "/matters/:id", component: () => import("./resident/MatterPage.vue"), props: true, meta: own },
  { path: "/matters/:id/:move", component: () => import("./resident/VerdictPage.vue"), props: true, meta: own },
  { path: "/receipt/:parcel?", component: () => import("./resident/ReceiptPage.vue"), props: true },
  { path: "/village", component: () => import("./resident/VillagePage.vue") },
  { path: "/me", component: () => import("./resident/MePage.vue") },
  { path: "/me/data", component: () => import("./resident/DataPage.vue"), meta: own },
  { path: "/sign-in", component: () => import("./resident/SignInPage.vue") },
  { path: "/say", component: () => import("./resident/SayPage.vue") },
  { path: "/today", component: () => import("./leader/TodayPage.vue"), meta: own },
  { path: "/month", component: () => import("./leader/MonthPage.vue"), meta: own },
  { path: "/households", component: () => import("./leader/HouseholdsPage.vue"), meta: own },
  { path: "/meetings", component: () => import("./leader/MeetingsPage.vue"), meta: own },
  { path: "/entry/:what", component: () => import("./leader/EntryPage.vue"), props: (to) => ({ what: to.params.what, at: to.query.at }), meta: own },
  { path: "/tasks/:id", component: () => import("./leader/TaskPage.vue"), props: true, meta: own },
  { path: "/tasks/:id/:act", component: () => import("./leader/ActPage.vue"), props: true, meta: own },
  { path: "/elder", component: () => import("./elder/ElderHome.vue"), meta: elder },
  { path: "/elder/talk", component: () => import("./elder/ElderTalk.vue"), meta: elder },
  { path: "/elder/listen", component: () => import("./elder/ElderListen.vue"), meta: elder },
  { path: "/elder/mine", component: () => import("./elder/ElderMine.vue"), meta: elder },
  { path: "/elder/sent/:parcel", component: () => import("./elder/ElderSent.vue"), props: true, meta: elder },
  { path: "/:rest(.*)*", component: () => import("./NowherePage.vue") },
];

export const router = createRouter({ history: createWebHistory(`${import.meta.env.BASE_URL}m/`), routes, scrollBehavior: (_, __, saved) => saved ?? { top: 0 } });

router.beforeEach((to, from) => {
  if (to.meta.signedIn && !me.value) return { path: "/sign-in", query: { to: to.fullPath } };
  // Where one starts: each at his own first page.
  if (to.name === "home" && from.matched.length === 0) return elderFirst.value ? "/elder" : leads.value ? "/today" : true;
  if (to.name === "home" && leads.value && !elderFirst.value) return "/today";
  return true;
});
