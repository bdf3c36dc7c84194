// What JupyterLab loads of nbtrack: a container of modules, as its extensions are.

import { plugin, type Scope } from "./lab/plugin.ts";

interface Container {
  init(scope: Scope): void;
  get(module: string): Promise<() => object>;
}

declare global {
  // Containers of extensions, by their names.
  var _JUPYTERLAB: { nbtrack?: Container } | undefined;
}

let scope: Scope = {};

globalThis._JUPYTERLAB ??= {};
globalThis._JUPYTERLAB.nbtrack = {
  init(given) {
    scope = given;
  },
  async get(module) {
    if (module !== "./extension") throw new Error(`nbtrack has no module ${module}`);
    const made = await plugin(scope);
    return () => ({ __esModule: true, default: made });
  },
};
