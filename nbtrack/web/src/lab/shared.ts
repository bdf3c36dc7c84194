// Modules that JupyterLab shares with its extensions, so that both mean the same tokens and classes.

interface Entry {
  get(): Promise<() => unknown>;
}

export type Scope = Readonly<Record<string, Readonly<Record<string, Entry>>>>;

/** Return a module of JupyterLab's own; rejects when this application does not have it. */
export async function shared<Module>(scope: Scope, name: string): Promise<Module> {
  const newest = Object.entries(scope[name] ?? {}).sort(byNumber).at(-1);
  if (newest === undefined) throw new Error(`this application does not share ${name}`);
  const made = await newest[1].get();
  return made() as Module;
}

function byNumber([one]: [string, Entry], [other]: [string, Entry]): number {
  return one.localeCompare(other, "en", { numeric: true });
}
