// The Tracking UI: the page that a server shows at its address.

import { App } from "./page/app.ts";

new App(document.body).start();
