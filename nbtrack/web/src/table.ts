// The bundle of the run table.

import { TablePanel } from "./table/panel.ts";
import type { TableState } from "./table/types.ts";
import { asWidget } from "./ui/anywidget.ts";

export { TablePanel };

export default asWidget<TableState>((host) => new TablePanel(host).stop, ["page"]);
