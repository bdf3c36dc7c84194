// What the buttons of a live card ask for, done through the store; the cell looks there several times a second.

import type { Api } from "../page/api.ts";
import { DONE, RestSource } from "../source/rest.ts";

const CONTROL = "nbtrack.control";
const NOTE = "mlflow.note.content";

export function servedCard(api: Api, run: string): RestSource {
  const tag = async (key: string, value: string) => {
    await api.post("runs/set-tag", { run_id: run, key, value });
    return DONE;
  };
  return new RestSource(api, {
    hello: () => DONE,
    stop: () => tag(CONTROL, "stop"),
    pause: () => tag(CONTROL, "pause"),
    go_on: () => tag(CONTROL, "go on"),
    note: ({ text }: { text: string }) => tag(NOTE, text),
  });
}
