// What cells need to know besides their own value.

import { colourOf } from "../colour.ts";
import type { Theme } from "../theme.ts";
import type { Facts } from "./cells.ts";
import type { Column } from "./types.ts";

export function factsFor(columns: readonly Column[], now: number, theme: Theme): Facts {
  const status = columns.findIndex((column) => column.kind === "status");
  const time = columns.findIndex((column) => column.kind === "time");
  return {
    now,
    dot: (runId) => colourOf(runId, theme),
    runningSince(row) {
      const start = row.v[time];
      return row.v[status] === "RUNNING" && typeof start === "number" ? start : null;
    },
  };
}
