/** The addresses of the app, and which page is shown at each. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouteComponent,
} from "@tanstack/react-router";

import { GalleryPage } from "@/features/gallery/GalleryPage";
import { BASE } from "@/shared/api/client";
import { wordsAreThere } from "@/shared/i18n";
import { noteMove } from "@/shared/ui/moved";

import { Lost, Broken } from "./Broken";
import { Shell } from "./Shell";

/** Of the parameters of an address those that a page reads; empty ones are none. */
function textsOf<Name extends string>(
  search: Record<string, unknown>,
  names: Name[],
): Partial<Record<Name, string>> {
  const set = names
    .map((name) => [name, search[name]] as const)
    .filter(([, value]) => typeof value === "string" && value !== "");
  return Object.fromEntries(set) as Partial<Record<Name, string>>;
}

/** A page that is loaded when it is opened, and with it the words that it brings. */
function late<Name extends string>(
  load: () => Promise<Record<Name, RouteComponent>>,
  name: Name,
) {
  return lazyRouteComponent(async () => {
    const page = await load();
    await wordsAreThere();
    return { default: page[name] };
  });
}

const root = createRootRoute({
  component: Shell,
  notFoundComponent: Lost,
  errorComponent: Broken,
});

const gallery = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: GalleryPage,
});

const run = createRoute({
  getParentRoute: () => root,
  path: "/run/$route",
  validateSearch: (search): { task?: string } =>
    typeof search.task === "string" ? { task: search.task } : {},
  component: late(() => import("@/features/run/RunPage"), "RunPage"),
});

const task = createRoute({
  getParentRoute: () => root,
  path: "/task/$task",
  validateSearch: (search) => textsOf(search, ["path", "node"]),
  component: late(() => import("@/features/task/TaskPage"), "TaskPage"),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: "/compare",
  validateSearch: (search) => textsOf(search, ["a", "b", "path", "node"]),
  component: late(() => import("@/features/task/compare/ComparePage"), "ComparePage"),
});

const history = createRoute({
  getParentRoute: () => root,
  path: "/history",
  validateSearch: (search) =>
    textsOf(search, ["route", "status", "age", "space", "cursor"]),
  component: late(() => import("@/features/history/HistoryPage"), "HistoryPage"),
});

const health = createRoute({
  getParentRoute: () => root,
  path: "/health",
  component: late(() => import("@/features/health/HealthPage"), "HealthPage"),
});

const newPipeline = createRoute({
  getParentRoute: () => root,
  path: "/edit",
  validateSearch: (search) => textsOf(search, ["draft"]),
  component: late(() => import("@/features/edit/new/NewPage"), "NewPage"),
});

const edit = createRoute({
  getParentRoute: () => root,
  path: "/edit/$route",
  validateSearch: (search) => textsOf(search, ["view", "node", "field", "task"]),
  component: late(() => import("@/features/edit/EditPage"), "EditPage"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search) => textsOf(search, ["next"]),
  component: late(() => import("@/features/signin/SignInPage"), "SignInPage"),
});

const first = createRoute({
  getParentRoute: () => root,
  path: "/first-administrator",
  component: late(() => import("@/features/signin/FirstPage"), "FirstPage"),
});

const account = createRoute({
  getParentRoute: () => root,
  path: "/account",
  component: late(() => import("@/features/account/AccountPage"), "AccountPage"),
});

const device = createRoute({
  getParentRoute: () => root,
  path: "/device",
  component: late(() => import("@/features/account/DevicePage"), "DevicePage"),
});

const people = createRoute({
  getParentRoute: () => root,
  path: "/admin/people",
  validateSearch: (search) => textsOf(search, ["begins", "cursor"]),
  component: late(() => import("@/features/admin/people/PeoplePage"), "PeoplePage"),
});

const spaces = createRoute({
  getParentRoute: () => root,
  path: "/admin/spaces",
  component: late(() => import("@/features/admin/spaces/SpacesPage"), "SpacesPage"),
});

const space = createRoute({
  getParentRoute: () => root,
  path: "/admin/spaces/$space",
  component: late(() => import("@/features/admin/spaces/SpacePage"), "SpacePage"),
});

const groups = createRoute({
  getParentRoute: () => root,
  path: "/admin/groups",
  component: late(() => import("@/features/admin/groups/GroupsPage"), "GroupsPage"),
});

const group = createRoute({
  getParentRoute: () => root,
  path: "/admin/groups/$id",
  component: late(() => import("@/features/admin/groups/GroupPage"), "GroupPage"),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: "/admin/audit",
  validateSearch: (search) =>
    textsOf(search, ["who", "action", "object", "outcome", "before"]),
  component: late(() => import("@/features/admin/audit/AuditPage"), "AuditPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    gallery,
    run,
    task,
    compare,
    history,
    health,
    newPipeline,
    edit,
    signIn,
    first,
    account,
    device,
    people,
    spaces,
    space,
    groups,
    group,
    audit,
  ]),
  basepath: BASE,
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
  // Addresses of tasks are texts: `?task=12` is no number.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const set = Object.entries(search).filter(([, value]) => typeof value === "string");
    const text = new URLSearchParams(set as [string, string][]).toString();
    return text && `?${text}`;
  },
});

router.subscribe("onBeforeNavigate", ({ fromLocation, pathChanged }) => {
  if (fromLocation && pathChanged) noteMove();
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
