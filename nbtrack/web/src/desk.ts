// The bundle that adds the links to the cards of a kernel; its widget is never displayed.

import type { AnyModel } from "./anywidget.ts";
import { Desk } from "./desk/desk.ts";
import type { Stop } from "./source.ts";

export default {
  initialize({ model }: { readonly model: AnyModel }): Stop {
    return new Desk(model).stop;
  },
};
