// The console's pages. A page that is added stands here and, where people look for it, in frame/nav.ts.

import { createRouter, createWebHistory, type RouteLocationNormalized } from "vue-router";
import { loadCalendar } from "@/shared/calendar";
import { flows, loadDeclared } from "@/shared/declared";
import { startLive } from "@/shared/live";
import { loadMe, me } from "@/shared/session";

export const router = createRouter({
  history: createWebHistory(`${import.meta.env.BASE_URL}console/`),
  routes: [
    { path: "/sign-in", name: "sign-in", component: () => import("./account/SignInPage.vue") },
    { path: "/invitation", name: "invitation", component: () => import("./account/InvitationPage.vue") },
    { path: "/second-factor", name: "second-factor", component: () => import("./account/SecondFactorPage.vue") },
    { path: "/screen", name: "screen", component: () => import("./screen/ScreenPage.vue") },
    {
      path: "/",
      component: () => import("./frame/ConsoleFrame.vue"),
      children: [
        { path: "", name: "desk", component: () => import("./desk/DeskPage.vue") },
        { path: "matters/:id", name: "matter", component: () => import("./desk/DeskPage.vue") },
        { path: "register", name: "register", component: () => import("./register/RegisterPage.vue") },
        { path: "map", name: "map", component: () => import("./map/MapPage.vue") },
        { path: "figures", name: "figures", component: () => import("./figures/FiguresPage.vue") },
        { path: "registry", name: "registry", component: () => import("./registry/RegistryPage.vue") },
        { path: "registry/import", name: "registry-import", component: () => import("./registry/ImportPage.vue") },
        { path: "registry/things/:id", name: "thing", component: () => import("./registry/ThingPage.vue") },
        { path: "people/:code?", name: "people", component: () => import("./people/PeoplePage.vue") },
        { path: "setup/:part?", name: "setup", component: () => import("./setup/SetupPage.vue") },
        { path: ":rest(.*)*", name: "nowhere", component: () => import("./frame/NowherePage.vue") },
      ],
    },
  ],
});

router.beforeEach(async (to) => {
  // A page's code, who reads it and what is declared come together, not one after the other.
  codeOf(to);
  if (to.name === "sign-in" || to.name === "invitation") return true;
  const declared = flows.value.size === 0 ? Promise.all([loadDeclared(), loadCalendar()]) : null;
  declared?.catch(() => undefined);
  if (!me.value && !(await loadMe())) return { name: "sign-in", query: { to: to.fullPath } };
  if (!me.value?.full) return to.name === "second-factor" ? true : { name: "second-factor" };
  if (to.name === "second-factor") return { name: "desk" };
  await declared;
  startLive();
  return true;
});

/** Begins to load it. Where that fails, the router says so when it comes to it. */
function codeOf(to: RouteLocationNormalized): void {
  for (const { components } of to.matched) {
    const page: unknown = components?.default;
    if (typeof page === "function") (page as () => Promise<unknown>)().catch(() => undefined);
  }
}
