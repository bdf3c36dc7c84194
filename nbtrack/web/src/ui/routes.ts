// Addresses of what the page shows, after the #, as MLflow's clients print them. Pure.

export interface TableLink {
  readonly filter?: string;
  readonly sort?: readonly (readonly [string, "asc" | "desc"])[];
  readonly columns?: readonly string[];
  readonly group?: string;
}

export type Route =
  | { readonly kind: "runs"; readonly experiments: readonly string[]; readonly link: TableLink }
  | { readonly kind: "run"; readonly experiment: string; readonly run: string }
  | { readonly kind: "comparison"; readonly runs: readonly string[]; readonly experiments: readonly string[] };

/** In the place of an experiment. */
export const ALL = "all";

/** Parse what follows the #; anything unknown is the table of all runs. */
export function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  const parts = path.split("/").map(decoded);
  const asked = new URLSearchParams(query);
  if (parts[0] === "compare-runs") return comparisonOf(asked);
  const [, experiment = ALL, what, run] = parts[0] === "experiments" ? parts : [];
  if (what === "runs" && run) return { kind: "run", experiment, run };
  return { kind: "runs", experiments: experiment === ALL || experiment === "" ? [] : experiment.split(","), link: linkOf(asked) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function comparisonOf(asked: URLSearchParams): Route {
  return { kind: "comparison", runs: texts(asked.get("runs")), experiments: texts(asked.get("experiments")) };
}

function linkOf(asked: URLSearchParams): TableLink {
  const sort = parsed(asked.get("sort"));
  const pairs = Array.isArray(sort) ? sort.filter(isPair) : [];
  const columns = texts(asked.get("columns"));
  return {
    ...(asked.get("filter") ? { filter: asked.get("filter") ?? "" } : {}),
    ...(pairs.length > 0 ? { sort: pairs } : {}),
    ...(columns.length > 0 ? { columns } : {}),
    ...(asked.get("group") ? { group: asked.get("group") ?? "" } : {}),
  };
}

function isPair(value: unknown): value is [string, "asc" | "desc"] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "string" && (value[1] === "asc" || value[1] === "desc");
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

function texts(text: string | null): readonly string[] {
  const found = parsed(text);
  return Array.isArray(found) ? found.filter((each) => typeof each === "string") : [];
}

export function toRuns(experiments: readonly string[], link: TableLink = {}): string {
  const asked = new URLSearchParams();
  if (link.filter) asked.set("filter", link.filter);
  if (link.sort?.length) asked.set("sort", JSON.stringify(link.sort));
  if (link.columns?.length) asked.set("columns", JSON.stringify(link.columns));
  if (link.group) asked.set("group", link.group);
  const query = asked.size > 0 ? `?${asked}` : "";
  const where = experiments.length > 0 ? experiments.map(encodeURIComponent).join(",") : ALL;
  return `#/experiments/${where}${query}`;
}

export function toRun(experiment: string, run: string): string {
  return `#/experiments/${encodeURIComponent(experiment)}/runs/${encodeURIComponent(run)}`;
}

export function toComparison(runs: readonly string[], experiments: readonly string[]): string {
  return `#/compare-runs?${new URLSearchParams({ runs: JSON.stringify(runs), experiments: JSON.stringify(experiments) })}`;
}
