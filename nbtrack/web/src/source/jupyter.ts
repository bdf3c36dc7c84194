// The store behind Jupyter's own server: it is read, and runs are stopped, when the kernel does not answer.

import { Api } from "../page/api.ts";

const CONFIGURATION = "jupyter-config-data";
const reached = new Map<string, Promise<boolean>>();

/**
 * Return the API of a store behind the server that this page comes from, or null when it offers none.
 *
 * @param store - The name by which it is offered; empty when the store is not of that machine.
 * @param remark - What panels say while they stand on it.
 */
export async function offered(store: string, remark: string): Promise<Api | null> {
  const base = baseUrl();
  if (store === "" || base === null) return null;
  const place = new URL(`${base}nbtrack/at/${store}/`, location.origin).href;
  const known = reached.get(place) ?? answers(place);
  reached.set(place, known);
  if (await known) return new Api(place, remark);
  reached.delete(place);
  return null;
}

function baseUrl(): string | null {
  try {
    const { baseUrl } = JSON.parse(document.getElementById(CONFIGURATION)?.textContent ?? "{}") as { baseUrl?: unknown };
    return typeof baseUrl === "string" ? baseUrl : null;
  } catch {
    return null;
  }
}

async function answers(place: string): Promise<boolean> {
  const response = await fetch(`${place}health`, { credentials: "same-origin" }).catch(() => null);
  return response?.ok === true && (await response.text()) === "OK";
}
