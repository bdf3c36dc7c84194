// The live card: name, status, time, steps, what differs from the last run, a spark line for each metric, and buttons
// where the kernel answers.

import { type Endpoint, messageOf, type Stop } from "../carrier/carrier.ts";
import { h, keepKeys, setAttributes, setText } from "../ui/dom.ts";
import { duration, parameter } from "../ui/format.ts";
import { type Host, stopAll } from "../ui/panel.ts";
import { ALL, toRun } from "../ui/routes.ts";
import { colourOf, followTheme, type Theme } from "../ui/theme.ts";
import { alertLine } from "./alerts.ts";
import { LiveValues } from "./liveValues.ts";
import { CardNote } from "./note.ts";
import { type CardState, HEIGHT, type Metric, type Param, remaining, shellWord, sparkPath, steps, WIDTH } from "./spark.ts";
import { cardOfDeadRun, endingOf, resumeButton, type StoredCard } from "./stored.ts";

const TICK = 500;
const SVG = "http://www.w3.org/2000/svg";
const HINT = "This kernel does not answer until the cell ends. This command, in a terminal, stops the run after the current iteration; so does nbtrack.stop() in another notebook.";
const NOTE = "mlflow.note.content";
const PROBE_INTERVAL = 1000;

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
  readonly #alerts = h("div", { class: "nbt-alerts", role: "log", "aria-label": "Alerts" });
  readonly #live = new LiveValues((name, value) => {
    this.#call("nbtrack/runs/set-live-value", { name, value });
  });
  readonly #params = h("tbody");
  readonly #metrics = h("tbody");
  readonly #controls = h("span", { class: "nbt-controls" });
  readonly #note = new CardNote((value) => {
    this.#call("mlflow/runs/set-tag", { key: NOTE, value });
  });
  readonly #pause = this.#button("Pause", () => {
    this.#control(this.#host.state.get("paused") ? "unpause" : "pause");
  });
  readonly #end = this.#button("Stop", () => {
    this.#end.disabled = this.#pause.disabled = true;
    this.#control("stop");
  });
  readonly #rows = new Map<string, Row>();
  readonly #stops: Stop[] = [];
  #theme: Theme = "light";
  #lag = 0;
  #hasEnded = false;

  constructor(host: Host<CardState>) {
    this.#host = host;
    const { el, state } = host;
    const name = h("b", { class: "nbt-ellipsis" }, state.get("name"));
    const status = h("span", { class: "nbt-status", role: "status" }, this.#sign, this.#word);
    const head = h("div", { class: "nbt-card-head" }, this.#dot, name, status, this.#time, this.#steps, this.#controls);
    const grid = [this.#params, this.#metrics].map((body) => h("table", {}, body));
    this.#root.append(head, this.#alerts, h("div", { class: "nbt-card-grid" }, ...grid), this.#live.el, this.#note.el);
    const timer = setInterval(this.#tick, TICK);
    this.#stops.push(
      host.carrier.onLiveness(this.#noticeEnding),
      followTheme(this.#root, this.#setTheme),
      keepKeys(this.#root),
      state.on("progress", this.#draw),
      state.on("params", this.#drawParams),
      state.on("alerts", this.#drawAlertsAndValues),
      state.on("live", this.#drawAlertsAndValues),
      state.on("paused", this.#draw),
      state.on("stopping", this.#draw),
      this.#note.start(),
      () => {
        clearInterval(timer);
      },
    );
    el.classList.add("nbtrack-host");
    el.append(this.#root);
    this.#draw();
    this.#drawParams();
    this.#drawAlertsAndValues();
    this.#offerControls();
  }

  stop: Stop = () => {
    this.#hasEnded = true;
    stopAll(this.#stops)();
    this.#root.remove();
  };

  /**
   * Buttons are drawn once the kernel has answered while the cell runs; until then a hint says what to do instead.
   *
   * Requests are repeated, since those that a page sends before it has its own thread of the kernel wait for the cell.
   */
  #offerControls(): void {
    const timeout = setTimeout(() => {
      const command = `nbtrack runs stop ${shellWord(this.#host.state.get("name"))}`;
      this.#controls.replaceChildren(
        h("span", { class: "nbt-faint nbt-hint nbt-ellipsis", title: HINT }, "The kernel is busy. To stop this run: ", h("code", {}, command)),
      );
    }, PROBE_INTERVAL);
    const timer = setInterval(probe, PROBE_INTERVAL);
    const offer = (): void => {
      if (this.#hasEnded) return;
      clearTimeout(timeout);
      clearInterval(timer);
      const { button } = this.#note;
      const buttons = this.#host.state.get("pausable") ? [this.#end, this.#pause, button] : [this.#end, button];
      this.#controls.replaceChildren(...buttons);
    };
    const { carrier } = this.#host;
    function probe(): void {
      void carrier.call("nbtrack/server", {}).then(offer, () => undefined);
    }
    this.#stops.push(() => {
      clearTimeout(timeout);
      clearInterval(timer);
    });
    probe();
  }

  #button(label: string, act: () => void): HTMLButtonElement {
    const button = h("button", { type: "button", class: "nbt-button" }, label);
    button.addEventListener("click", act);
    return button;
  }

  #control(action: "stop" | "pause" | "unpause"): void {
    this.#call("nbtrack/runs/control", { action });
  }

  #call(endpoint: Endpoint, args: object): void {
    const run_id = this.#host.state.get("run");
    this.#host.carrier.call(endpoint, { run_id, ...args }).catch((error: unknown) => {
      setText(this.#steps, messageOf(error));
    });
  }

  #draw = (): void => {
    const { at, metrics = [] } = this.#host.state.get("progress");
    if (at !== undefined) this.#lag = Date.now() - at;
    for (const metric of metrics) this.#show(metric);
    this.#drawStatus();
    setText(this.#pause, this.#host.state.get("paused") ? "Resume" : "Pause");
    this.#end.disabled = this.#pause.disabled = this.#host.state.get("stopping");
    this.#tick();
  };

  #tick = (): void => {
    const { state } = this.#host;
    const { turns = 0, pace = null } = state.get("progress");
    const total = state.get("total");
    const elapsed = Math.max(0, Date.now() - this.#lag - state.get("began"));
    setText(this.#time, duration(elapsed, elapsed > 10_000));
    const rest = remaining(turns, total, pace);
    const left = rest === null || state.get("paused") ? "" : `${duration(rest, true)} left`;
    setText(this.#steps, [steps(turns, total), left].filter(Boolean).join(" · "));
  };

  /** Show that the kernel died or was restarted, and the data that the store has. */
  #noticeEnding = (): void => {
    const { ending } = this.#host.carrier;
    if (ending === "" || this.#hasEnded) return;
    this.#hasEnded = true;
    stopAll(this.#stops)();
    this.#root.dataset.nbtStatus = "INTERRUPTED";
    setText(this.#sign, "■");
    setText(this.#word, `interrupted · ${ending}`);
    setText(this.#steps, steps(this.#host.state.get("progress").turns ?? 0, this.#host.state.get("total")));
    this.#note.close();
    this.#live.el.hidden = true;
    const hint = "Load nbtrack again: it offers to resume this run.";
    this.#controls.replaceChildren(h("span", { class: "nbt-faint nbt-hint nbt-ellipsis", title: hint }, hint));
    void this.#showStored(ending);
  };

  async #showStored(ending: string): Promise<void> {
    const stored = await cardOfDeadRun(this.#host.carrier, this.#host.state.get("run"));
    if (stored !== null && this.#root.isConnected) this.conclude(stored, ending);
  }

  /** Show how a run has ended, according to the store. */
  conclude(stored: StoredCard, ending = ""): void {
    const { carrier, state } = this.#host;
    this.#hasEnded = true;
    stopAll(this.#stops)();
    this.#root.dataset.nbtStatus = stored.status;
    const [sign, word] = endingOf(stored);
    setText(this.#sign, sign);
    setText(this.#word, [word, ending].filter(Boolean).join(" · "));
    setText(this.#time, duration(stored.duration));
    setText(this.#steps, stored.status === "FAILED" ? (stored.error ?? "") : "");
    this.#note.conclude(stored.note, stored.tags);
    this.#live.el.hidden = true;
    for (const metric of stored.metrics) this.#show(metric);
    this.#params.replaceChildren(...stored.params.map(paramItem));
    this.#alerts.replaceChildren(...stored.alerts.map(alertLine));
    const resume = stored.status === "INTERRUPTED" ? [resumeButton(carrier, state.get("run"))] : [];
    this.#controls.replaceChildren(this.#showButton(), ...resume);
  }

  /** Opens what the card does not show, such as what the cell printed while no page was open. */
  #showButton(): HTMLButtonElement {
    const run = this.#host.state.get("run");
    const button = this.#button("Show run", () => {
      void this.#host.open("show", [run], toRun(ALL, run));
    });
    button.title = "All details of this run, including what its cell printed";
    return button;
  }

  #drawParams = (): void => {
    this.#params.replaceChildren(...this.#host.state.get("params").map(paramItem));
  };

  #drawAlertsAndValues = (): void => {
    this.#alerts.replaceChildren(...this.#host.state.get("alerts").map(alertLine));
    this.#live.show(this.#host.state.get("live"));
  };

  #drawStatus(): void {
    const { state } = this.#host;
    const [sign, word] = state.get("stopping") ? ["■", "stopping"] : state.get("paused") ? ["‖", "paused"] : ["◌", "running"];
    setText(this.#sign, sign);
    setText(this.#word, word);
  }

  #show(metric: Metric): void {
    const row = this.#rows.get(metric.key) ?? this.#row(metric.key);
    setText(row.value, metric.value);
    row.line.setAttribute("d", sparkPath(metric.curve));
  }

  #row(key: string): Row {
    const svg = document.createElementNS(SVG, "svg");
    setAttributes(svg, { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, "aria-hidden": "true" });
    const line = document.createElementNS(SVG, "path");
    setAttributes(line, { fill: "none", "stroke-width": 1.4, "stroke-linejoin": "round", class: "nbt-spark" });
    svg.append(line);
    const value = h("b");
    const cells = [h("td", { class: "nbt-number" }, value), h("td", {}, svg)];
    const el = h("tr", { class: "nbt-card-metric" }, h("th", { scope: "row", class: "nbt-dim" }, key), ...cells);
    const row = { el, value, line };
    this.#rows.set(key, row);
    this.#place(row, key);
    this.#paint(line);
    return row;
  }

  /** In the order of the card that follows: by name. */
  #place(row: Row, key: string): void {
    const following = [...this.#rows.keys()].filter((other) => other > key).sort()[0];
    this.#metrics.insertBefore(row.el, following === undefined ? null : (this.#rows.get(following)?.el ?? null));
  }

  #setTheme = (theme: Theme): void => {
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
  const before = old === null ? [] : [h("td", { class: "nbt-dim", title: old }, `was ${parameter(old)}`)];
  return h("tr", { class: "nbt-card-param" }, h("th", { scope: "row", class: "nbt-dim" }, key), h("td", { title: value }, parameter(value)), ...before);
}
