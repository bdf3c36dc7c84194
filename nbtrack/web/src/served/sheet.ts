// A run or a comparison in a notebook whose kernel does not answer.

import type { Api } from "../page/api.ts";
import { RestSheet } from "../page/sheet.ts";
import type { SheetState } from "../sheet/types.ts";
import type { Served } from "../source/hosting.ts";
import { type Answers, DONE } from "../source/rest.ts";

export const servedSheet: Served<SheetState> = (el, api, state) => {
  const start = { title: state.get("title"), sections: state.get("sections"), exports: state.get("exports") };
  return new RestSheet(el, api, start, answersOf(api, start.sections)).stop;
};

function answersOf(api: Api, sections: SheetState["sections"]): Answers {
  const compared = sections.find((each) => each.kind === "grid")?.runs.map(([id]) => id);
  if (compared !== undefined) {
    return { export: ({ as }: { as: string }) => api.file("sheets/comparison/export", { run_ids: compared, kind: as }) };
  }
  const run_id = sections.find((each) => each.kind === "files")?.run_id;
  if (run_id === undefined) return {};
  const note = async ({ text }: { text: string }) => {
    await api.post("runs/set-tag", { run_id, key: "mlflow.note.content", value: text });
    return DONE;
  };
  return { note };
}
