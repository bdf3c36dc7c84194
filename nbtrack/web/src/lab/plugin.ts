// The launcher's card and the command that open the Tracking UI inside JupyterLab.

import icon from "./icon.svg";
import { followRunningCards, STORE_ID } from "./runningCards.ts";

const OPEN = "nbtrack:open";
const CATEGORY = "nbtrack";
const ALLOWED = ["allow-same-origin", "allow-scripts", "allow-downloads", "allow-popups", "allow-modals"];

interface Frame {
  url: string;
}

interface Widget {
  id: string;
  content: Frame;
  title: { label: string; closable: boolean; icon: unknown; caption: string };
  isDisposed: boolean;
  isAttached: boolean;
}

interface Application {
  commands: { addCommand(id: string, options: object): void };
  shell: { add(widget: Widget, area: string): void; activateById(id: string): void; currentWidget: { node: HTMLElement } | null };
}

interface Tools {
  ICommandPalette: unknown;
  IFrame: new (options: object) => Frame;
  MainAreaWidget: new (options: object) => Widget;
}

interface Utilities {
  PageConfig: { getBaseUrl(): string };
}

interface Components {
  LabIcon: new (options: { name: string; svgstr: string }) => unknown;
}

export interface Plugin {
  readonly id: string;
  readonly description: string;
  readonly autoStart: true;
  readonly optional: readonly unknown[];
  activate(app: Application, palette: Palette | null, launcher: Launcher | null): void;
}

interface Palette {
  addItem(options: object): void;
}

interface Launcher {
  add(options: object): void;
}

/** Return the plugin; where there is no launcher, as in Notebook 7, the command alone is there. */
export async function plugin(scope: Scope): Promise<Plugin> {
  const tools = await shared<Tools>(scope, "@jupyterlab/apputils");
  const { PageConfig } = await shared<Utilities>(scope, "@jupyterlab/coreutils");
  const { LabIcon } = await shared<Components>(scope, "@jupyterlab/ui-components");
  const launching = await shared<{ ILauncher: unknown }>(scope, "@jupyterlab/launcher").catch(() => undefined);
  const sign = new LabIcon({ name: "nbtrack:runs", svgstr: icon });

  return {
    id: "nbtrack:ui",
    description: "Opens the Tracking UI of nbtrack.",
    autoStart: true,
    optional: [tools.ICommandPalette, ...(launching ? [launching.ILauncher] : [])],
    activate(app, palette, launcher) {
      followRunningCards(PageConfig.getBaseUrl());
      let page: Widget | undefined;
      app.commands.addCommand(OPEN, {
        label: "Tracking UI",
        caption: "Browse experiments and runs",
        icon: sign,
        execute: () => {
          const url = `${PageConfig.getBaseUrl()}nbtrack/${storeInView(app.shell.currentWidget?.node ?? document.body)}`;
          if (page === undefined || page.isDisposed) page = opened(tools, url, sign);
          else if (page.content.url !== url) page.content.url = url;
          if (!page.isAttached) app.shell.add(page, "main");
          app.shell.activateById(page.id);
        },
      });
      palette?.addItem({ command: OPEN, category: CATEGORY });
      launcher?.add({ command: OPEN, category: "Other", rank: 1 });
    },
  };
}

const CARDS_WITH_STORE = "[data-nbtrack-store]";

/** The path of the store that the cards of a notebook are about; empty, for that of Jupyter's folder, where there are none. */
function storeInView(notebook: HTMLElement): string {
  const stores = [...notebook.querySelectorAll<HTMLElement>(CARDS_WITH_STORE)].map(({ dataset }) => dataset.nbtrackStore ?? "");
  const last = stores.filter((store) => STORE_ID.test(store)).at(-1);
  return last === undefined ? "" : `at/${last}/`;
}

function opened(tools: Tools, url: string, sign: unknown): Widget {
  const content = new tools.IFrame({ sandbox: ALLOWED });
  content.url = url;
  const page = new tools.MainAreaWidget({ content });
  page.id = "nbtrack-ui";
  Object.assign(page.title, { label: "Tracking UI", closable: true, icon: sign, caption: "Experiments and runs" });
  return page;
}

interface Entry {
  get(): Promise<() => unknown>;
}

export type Scope = Readonly<Record<string, Readonly<Record<string, Entry>>>>;

/** Return a module of JupyterLab's own; rejects when this application does not have it. */
export async function shared<Module>(scope: Scope, name: string): Promise<Module> {
  const newest = Object.entries(scope[name] ?? {}).sort(byNumber).at(-1);
  if (newest === undefined) throw new Error(`this application does not provide ${name}`);
  const made = await newest[1].get();
  return made() as Module;
}

function byNumber([one]: [string, Entry], [other]: [string, Entry]): number {
  return one.localeCompare(other, "en", { numeric: true });
}
