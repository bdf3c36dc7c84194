// The run table in a notebook whose kernel does not answer.

import { Live } from "../page/live.ts";
import { toComparison, toRun } from "../page/routes.ts";
import { RestTable } from "../page/table.ts";
import { stopAll } from "../panel.ts";
import type { Served } from "../source/hosting.ts";
import type { TableState } from "../table/types.ts";
import { hear, tell } from "./beside.ts";

const KEPT = ["selected", "closed", "values", "marks", "height", "page"] as const;

export const servedTable: Served<TableState> = (el, api, state) => {
  const uid = state.get("uid");
  const look = { filter: state.get("filter"), sort: state.get("sort"), columns: state.get("columns"), group: state.get("group") };
  const table = new RestTable(el, api, state.get("experiment_ids"), look, {
    looked: () => undefined,
    seen: (seen) => {
      tell("seen", uid, seen);
    },
    compare: (runs) => {
      open(api.base + toComparison(runs, []));
    },
    show: (run) => {
      open(api.base + toRun("all", run));
    },
  });
  for (const key of KEPT) table.state.put({ [key]: state.get(key) });
  const live = new Live(api);
  void live.begin().then(table.load);
  return stopAll([
    table.stop,
    live.on(() => void table.load()),
    hear("wanted", uid, () => {
      tell("seen", uid, table.seen);
    }),
    hear("picked", uid, (selected) => {
      table.state.set("selected", selected);
    }),
  ]);
};
