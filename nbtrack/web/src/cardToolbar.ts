// The bundle that adds toolbars to the cards of a kernel; its widget is never displayed.

import { Cards } from "./cardToolbar/cards.ts";
import type { Stop } from "./carrier/carrier.ts";
import type { AnyModel } from "./ui/anywidget.ts";

export default {
  initialize({ model }: { readonly model: AnyModel }): Stop {
    return new Cards(model).stop;
  },
};
