// The Tracking UI: the page that a server shows at its address.

import { App } from "./page/app.ts";

void new App(document.body).start();
