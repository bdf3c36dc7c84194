// What every part of the page stands on.

import type { Api } from "./api.ts";
import type { Live } from "./live.ts";
import type { Toast } from "./toast.ts";

export interface Context {
  readonly api: Api;
  readonly live: Live;
  readonly toast: Toast;
  /** Where dialogs are opened. */
  readonly root: HTMLElement;
}
