// A run or a comparison in a notebook whose kernel does not answer.

import { RestSheet } from "../page/sheet.ts";
import type { SheetState } from "../sheet/types.ts";
import type { Served } from "../source/hosting.ts";
import { DONE } from "../source/rest.ts";

export const servedSheet: Served<SheetState> = (el, api, state) => {
  const keys = ["title", "sections", "exports"] as const;
  const start = Object.fromEntries(keys.map((key) => [key, state.get(key)])) as Omit<SheetState, "uid">;
  const run = start.sections.find((each) => each.kind === "files")?.run_id;
  const note = async ({ text }: { text: string }) => {
    await api.post("runs/set-tag", { run_id: run, key: "mlflow.note.content", value: text });
    return DONE;
  };
  return new RestSheet(el, api, { ...start, exports: [] }, run === undefined ? {} : { note }).stop;
};
