// Composes what each plot shows: the lines of its metric, in the styles of their runs, and what is best.

import type { State } from "../ui/panel.ts";
import type { Curves } from "./curves.ts";
import type { RunStyles } from "./legend.ts";
import { type Axes, drawnLine, type Goal, type Scene, sceneOf, sharedX } from "./scene.ts";
import type { ChartState, Span } from "./types.ts";

/** Of system metrics none is marked as the best. */
const SYSTEM = "system/";
const NOWHERE: Span = { min: 0, max: 1 };

export class SceneComposer {
  readonly #state: State<ChartState>;
  readonly #curves: Curves;
  readonly #styles: RunStyles;

  constructor(state: State<ChartState>, curves: Curves, styles: RunStyles) {
    this.#state = state;
    this.#curves = curves;
    this.#styles = styles;
  }

  get axes(): Axes {
    const mode = this.#curves.x;
    return { mode, logX: this.#state.get("log_x") && mode !== "time", logY: this.#state.get("log_y") };
  }

  /** How far the x axis of all plots reaches. */
  whole(metrics: readonly string[]): Span | null {
    const shown = this.#styles.shown.map(({ id }) => id);
    return sharedX(metrics.flatMap((metric) => this.#curves.of(metric, shown)), this.axes.logX);
  }

  /**
   * @param x - The range that all plots show; null while there is none, which bars do not need.
   * @param y - The range that the plot shows; without it, what its lines cover.
   */
  scene(metric: string, x: Span | null, y: Span | undefined, smoothing: number): Scene | null {
    const styles = new Map(this.#styles.shown.map((run) => [run.id, this.#styles.styleOf(run)]));
    const lines = this.#curves.of(metric, [...styles.keys()]);
    const drawn = lines.flatMap((line) => {
      const pen = styles.get(line.run);
      return pen ? drawnLine(line, pen, smoothing) : [];
    });
    const scene = sceneOf(lines, drawn, x ?? NOWHERE, this.axes, this.#goal(metric));
    if (scene === null || (x === null && !scene.once)) return null;
    return y === undefined ? scene : { ...scene, y };
  }

  /** What an empty plot says: nothing was recorded yet, or what was is hidden. */
  blank(metric: string): string {
    const runs = this.#styles.runs.map(({ id }) => id);
    return this.#curves.of(metric, runs).length > 0 ? "Hidden in the legend" : "No points yet";
  }

  #goal(metric: string): Goal | null {
    if (metric.startsWith(SYSTEM)) return null;
    if (this.#state.get("lower").includes(metric)) return "min";
    return this.#state.get("higher").includes(metric) ? "max" : null;
  }
}
