// A sheet over REST: a comparison, or the view of a run.

import { SheetPanel } from "../sheet/panel.ts";
import type { SheetState } from "../sheet/types.ts";
import { type Answers, DONE, RestSource } from "../source/rest.ts";
import type { Stop } from "../source.ts";
import type { Api } from "./api.ts";
import { LocalState } from "./state.ts";

interface Place {
  readonly run: string;
  readonly path: string;
}

export class RestSheet {
  readonly state: LocalState<SheetState>;
  readonly stop: Stop;

  /** @param more - Answers besides those about files. */
  constructor(el: HTMLElement, api: Api, start: Omit<SheetState, "uid">, more: Answers) {
    this.state = new LocalState<SheetState>({ uid: "", ...start }, () => undefined);
    const source = new RestSource(api, { ...filesOf(api), ...more });
    this.stop = new SheetPanel({ el, state: this.state, source }).stop;
  }
}

function filesOf(api: Api): Answers {
  return {
    preview: async ({ run, path }: Place) => {
      const asked = { run_id: run, path };
      const { content, buffers } = await api.packed("artifacts/preview", null, asked);
      const isPage = content.show === "page";
      return isPage ? { content: { ...content, address: api.shown(run, path) }, buffers: [] } : { content, buffers };
    },
    download: ({ run, path }: Place) => {
      save(api.artifact(run, path));
      return DONE;
    },
  };
}

/** Have the browser keep what an address gives. */
export function save(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}
