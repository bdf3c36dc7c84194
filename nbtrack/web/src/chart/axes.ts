// The axes of one plot as uPlot wants them, and the chart's theme: colours and fonts from the page's style sheet.

import type uPlot from "uplot";
import type { Axes } from "./scene.ts";
import type { XMode } from "./types.ts";
import { logPlaces, logTicks, numberTicks, SECOND_INCREMENTS, secondTicks, STEP_INCREMENTS, timeTicks } from "./ticks.ts";

const ONE_LINE = 24;
const TWO_LINES = 36;
const LEAST_Y = 30;
const TICK = 4;
const NAME = 15;
/** What stands below the x axis. */
export const NAMES: Readonly<Record<XMode, string>> = { step: "step", time: "time", relative: "time since the first point" };

export function axesFor(axes: Axes, theme: () => ChartTheme): uPlot.Axis[] {
  return [xAxis(axes, theme), yAxis(axes, theme)];
}

function common(theme: () => ChartTheme): uPlot.Axis {
  return {
    font: theme().font,
    stroke: () => theme().text,
    grid: { stroke: () => theme().line, width: 1 },
    ticks: { stroke: () => theme().line, width: 1, size: TICK },
  };
}

function xAxis({ mode, logX }: Axes, theme: () => ChartTheme): uPlot.Axis {
  const log = logX && mode !== "time";
  const write = { step: numberTicks, time: timeTicks, relative: secondTicks }[mode];
  const unit = mode === "relative" ? "s" : "";
  return {
    ...common(theme),
    label: NAMES[mode],
    labelSize: NAME,
    labelGap: 0,
    labelFont: theme().font,
    grid: { show: false },
    gap: 3,
    size: mode === "time" ? TWO_LINES : ONE_LINE,
    space: mode === "time" ? 64 : 52,
    values: (_, splits) => (log ? logTicks(splits, unit) : write(splits)),
    ...(log ? LOG : {}),
    ...(log || mode === "time" ? {} : { incrs: incrementsOf(mode) }),
  };
}

function incrementsOf(mode: "step" | "relative"): number[] {
  return mode === "step" ? STEP_INCREMENTS : SECOND_INCREMENTS;
}

/** uPlot's own places begin at the range's edge, and its filter drops some labels. */
const LOG: Pick<uPlot.Axis, "splits" | "filter"> = {
  splits: (_, __, min, max) => logPlaces(min, max),
  filter: (_, splits) => splits,
};

function yAxis({ logY }: Axes, theme: () => ChartTheme): uPlot.Axis {
  const write = logY ? logTicks : numberTicks;
  return {
    ...common(theme),
    ...(logY ? LOG : {}),
    gap: 4,
    space: 34,
    size: (u, values) => widthOf(u, values, theme().font),
    values: (_, splits) => write(splits),
  };
}

/** As wide as the longest label. */
function widthOf(u: uPlot, labels: readonly string[] | null, font: string): number {
  const { ctx } = u;
  ctx.save();
  ctx.font = font;
  const longest = Math.max(0, ...(labels ?? []).map((label) => ctx.measureText(label).width));
  ctx.restore();
  return Math.max(LEAST_Y, Math.ceil(longest) + TICK + 6);
}

export interface ChartTheme {
  readonly text: string;
  readonly line: string;
  readonly background: string;
  readonly font: string;
}

export function chartTheme(root: HTMLElement): ChartTheme {
  const style = getComputedStyle(root);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: read("--nbt-dim"),
    line: read("--nbt-line"),
    background: read("--nbt-bg"),
    font: `11px ${style.fontFamily}`,
  };
}
