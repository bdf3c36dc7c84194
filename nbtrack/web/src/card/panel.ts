// The live card: name, status, time, steps, what differs from the last run, a spark line for each metric, and buttons
// where the kernel hears them.

import { colourOf } from "../colour.ts";
import { h, listen, setAttributes, setText } from "../dom.ts";
import { duration, short } from "../format.ts";
import { keepKeys } from "../keys.ts";
import { type Host, stopAll } from "../panel.ts";
import type { Stop } from "../source.ts";
import { followTheme, type Theme } from "../theme.ts";
import { HEIGHT, remaining, shellWord, sparkPath, steps, WIDTH } from "./spark.ts";
import type { CardState, Metric, Param } from "./types.ts";

const TICK = 500;
const SVG = "http://www.w3.org/2000/svg";
const HINT = "This kernel does not hear the page until the cell ends. In a terminal this command ends the run after the iteration; so does nbtrack.stop from another notebook.";
const NOTE_RESTS = 800;
const GREETS = 1000;

interface Row {
  readonly el: HTMLElement;
  readonly value: HTMLElement;
  readonly line: SVGPathElement;
}

export class CardPanel {
  readonly #host: Host<CardState>;
  readonly #root = h("div", { class: "nbtrack nbt-card", role: "group" });
  readonly #dot = h("span", { class: "nbt-dot", "aria-hidden": "true" });
  readonly #sign = h("span", { class: "nbt-sign", "aria-hidden": "true" });
  readonly #word = h("span");
  readonly #time = h("span", { class: "nbt-dim nbt-time" });
  readonly #steps = h("span", { class: "nbt-dim nbt-steps" });
  readonly #params = h("div", { class: "nbt-card-items" });
  readonly #metrics = h("div", { class: "nbt-card-items" });
  readonly #controls = h("span", { class: "nbt-controls" });
  readonly #note = h("input", { class: "nbt-input", placeholder: "Write a note", "aria-label": "Note", hidden: true });
  readonly #pause = this.#button("Pause", () => {
    this.#ask(this.#host.state.get("paused") ? "go_on" : "pause");
  });
  readonly #end = this.#button("Stop", () => {
    this.#end.disabled = this.#pause.disabled = true;
    this.#ask("stop");
  });
  readonly #rows = new Map<string, Row>();
  readonly #stops: Stop[] = [];
  #theme: Theme = "light";
  #lag = 0;

  constructor(host: Host<CardState>) {
    this.#host = host;
    const { el, state } = host;
    const name = h("b", { class: "nbt-ellipsis" }, state.get("name"));
    const status = h("span", { class: "nbt-status", role: "status" }, this.#sign, this.#word);
    const head = h("div", { class: "nbt-card-head" }, this.#dot, name, status, this.#time, this.#steps, this.#controls);
    this.#root.append(head, this.#params, this.#metrics, this.#note);
    const timer = setInterval(this.#tick, TICK);
    this.#stops.push(
      followTheme(this.#root, this.#themeCame),
      keepKeys(this.#root),
      state.on("progress", this.#draw),
      state.on("params", this.#drawParams),
      state.on("paused", this.#draw),
      state.on("stopping", this.#draw),
      this.#noteTaker(),
      () => {
        clearInterval(timer);
      },
    );
    el.classList.add("nbtrack-host");
    el.append(this.#root);
    this.#draw();
    this.#drawParams();
    this.#offerControls();
  }

  stop: Stop = () => {
    stopAll(this.#stops)();
    this.#root.remove();
  };

  /**
   * Buttons are drawn once the kernel has answered while the cell runs; until then a hint says what to do instead.
   *
   * It is greeted again and again: what a page sends before it has a thread of the kernel to itself waits for the cell.
   */
  #offerControls(): void {
    const note = this.#button("Note", () => {
      this.#note.hidden = !this.#note.hidden;
      if (!this.#note.hidden) this.#note.focus();
    });
    const unheard = setTimeout(() => {
      const command = `nbtrack runs stop ${shellWord(this.#host.state.get("name"))}`;
      this.#controls.replaceChildren(
        h("span", { class: "nbt-faint nbt-hint nbt-ellipsis", title: HINT }, "No buttons while this kernel is busy: ", h("code", {}, command)),
      );
    }, GREETS);
    const timer = setInterval(greet, GREETS);
    const offer = (): void => {
      clearTimeout(unheard);
      clearInterval(timer);
      const buttons = this.#host.state.get("pausable") ? [this.#end, this.#pause, note] : [this.#end, note];
      this.#controls.replaceChildren(...buttons);
    };
    const { source } = this.#host;
    function greet(): void {
      void source.request("hello", {}).then(offer, () => undefined);
    }
    this.#stops.push(() => {
      clearTimeout(unheard);
      clearInterval(timer);
    });
    greet();
  }

  #button(label: string, act: () => void): HTMLButtonElement {
    const button = h("button", { type: "button", class: "nbt-button" }, label);
    button.addEventListener("click", act);
    return button;
  }

  #ask(kind: string): void {
    this.#host.source.request(kind, {}).catch((error: unknown) => {
      setText(this.#steps, error instanceof Error ? error.message : "not heard");
    });
  }

  #noteTaker(): Stop {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const save = (): void => {
      clearTimeout(timer);
      void this.#host.source.request("note", { text: this.#note.value }).catch(() => undefined);
    };
    const stop = listen(this.#note, "input", () => {
      clearTimeout(timer);
      timer = setTimeout(save, NOTE_RESTS);
    });
    return stopAll([
      stop,
      () => {
        clearTimeout(timer);
      },
    ]);
  }

  #draw = (): void => {
    const { at, metrics = [] } = this.#host.state.get("progress");
    if (at !== undefined) this.#lag = Date.now() - at;
    for (const metric of metrics) this.#show(metric);
    this.#drawStatus();
    setText(this.#pause, this.#host.state.get("paused") ? "Go on" : "Pause");
    this.#end.disabled = this.#pause.disabled = this.#host.state.get("stopping");
    this.#tick();
  };

  #tick = (): void => {
    const { state } = this.#host;
    const { turns = 0, at } = state.get("progress");
    const total = state.get("total");
    const elapsed = Math.max(0, Date.now() - this.#lag - state.get("began"));
    setText(this.#time, duration(elapsed, elapsed > 10_000));
    const rest = at === undefined ? null : remaining(turns, total, at - state.get("began"));
    const left = rest === null || state.get("paused") ? "" : `${duration(rest, true)} left`;
    setText(this.#steps, [steps(turns, total), left].filter(Boolean).join(" · "));
  };

  #drawParams = (): void => {
    this.#params.replaceChildren(...this.#host.state.get("params").map(paramItem));
  };

  #drawStatus(): void {
    const { state } = this.#host;
    const [sign, word] = state.get("stopping") ? ["■", "stopping"] : state.get("paused") ? ["‖", "paused"] : ["◌", "running"];
    setText(this.#sign, sign);
    setText(this.#word, word);
  }

  #show(metric: Metric): void {
    const row = this.#rows.get(metric.key) ?? this.#row(metric.key);
    setText(row.value, metric.value === null ? "–" : short(metric.value));
    row.line.setAttribute("d", sparkPath(metric.curve));
  }

  #row(key: string): Row {
    const svg = document.createElementNS(SVG, "svg");
    setAttributes(svg, { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, "aria-hidden": "true" });
    const line = document.createElementNS(SVG, "path");
    setAttributes(line, { fill: "none", "stroke-width": 1.4, "stroke-linejoin": "round", class: "nbt-spark" });
    svg.append(line);
    const value = h("b");
    const el = h("span", { class: "nbt-card-metric" }, h("span", { class: "nbt-dim nbt-ellipsis" }, key), value, svg);
    this.#metrics.append(el);
    const row = { el, value, line };
    this.#rows.set(key, row);
    this.#paint(line);
    return row;
  }

  #themeCame = (theme: Theme): void => {
    this.#theme = theme;
    const colour = colourOf(this.#host.state.get("run"), theme);
    this.#dot.style.backgroundColor = colour;
    this.#root.style.setProperty("--nbt-run", colour);
    for (const { line } of this.#rows.values()) this.#paint(line);
  };

  #paint(line: SVGPathElement): void {
    line.setAttribute("stroke", colourOf(this.#host.state.get("run"), this.#theme));
  }
}

function paramItem([key, value, old]: Param): HTMLElement {
  const before = old === null ? [] : [h("span", { class: "nbt-dim" }, old), " → "];
  return h("span", { class: "nbt-card-param" }, h("span", { class: "nbt-dim" }, key), " ", ...before, value);
}
