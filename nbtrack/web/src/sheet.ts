// The bundle of the sheet, which a comparison and the view of a run are drawn on.

import { asWidget } from "./anywidget.ts";
import type { Mount } from "./panel.ts";
import { servedSheet } from "./served/sheet.ts";
import { SheetPanel } from "./sheet/panel.ts";
import type { SheetState } from "./sheet/types.ts";

export const mountSheet: Mount<SheetState> = (host) => new SheetPanel(host).stop;

export default asWidget(mountSheet, ["sections"], servedSheet);
