// The bundle of the run table: an anywidget, and a mount for any other host.

import { asWidget } from "./anywidget.ts";
import type { Mount } from "./panel.ts";
import { servedTable } from "./served/table.ts";
import { TablePanel } from "./table/panel.ts";
import type { TableState } from "./table/types.ts";

export const mountTable: Mount<TableState> = (host) => new TablePanel(host).stop;

export default asWidget(mountTable, ["page"], servedTable);
