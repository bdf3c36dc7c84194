// Draws lines on a canvas: gaps at NaN, infinities along the edge, lone points as dots.

import type { Points } from "./lines.ts";
import { around, type Best, type DrawnLine, type Scene } from "./scene.ts";
import type { Span } from "./types.ts";

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

type Scale = (value: number) => number;

interface Frame {
  readonly box: Box;
  readonly toX: Scale;
  readonly toY: Scale;
  /** Canvas pixels to a CSS pixel. */
  readonly ratio: number;
}

const DOT = 2.5;
const MARK = 4;
const RING = 4.5;

function scale({ min, max }: Span, from: number, to: number, log: boolean): Scale {
  const toLinear: Scale = log ? Math.log10 : (value) => value;
  const start = toLinear(min);
  const factor = (to - from) / (toLinear(max) - start);
  return (value) => from + (toLinear(value) - start) * factor;
}

export function paint(ctx: CanvasRenderingContext2D, box: Box, scene: Scene, ratio: number): void {
  const right = box.left + box.width;
  const bottom = box.top + box.height;
  const frame: Frame = {
    box,
    ratio,
    toX: scale(scene.x, box.left, right, scene.logX),
    toY: scale(scene.y, bottom, box.top, scene.logY),
  };
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.left, box.top, box.width, box.height);
  ctx.clip();
  ctx.lineJoin = "round";
  for (const line of scene.lines) paintBand(ctx, line, scene, frame);
  for (const line of inOrder(scene.lines)) paintLine(ctx, line, scene, frame);
  ctx.restore();
  if (scene.best && isInside(scene.best, scene)) paintBest(ctx, scene.best, frame);
}

/** Tell whether a point is in the range that is shown; its ring may reach over the edge. */
function isInside({ x, y }: Best, scene: Scene): boolean {
  const { min, max } = scene.x;
  return x >= min && x <= max && y >= scene.y.min && y <= scene.y.max && !isOffScale(x, y, scene);
}

/** Faded lines first, so that the others stand before them. */
function inOrder(lines: readonly DrawnLine[]): readonly DrawnLine[] {
  return [...lines.filter((line) => line.faded), ...lines.filter((line) => !line.faded)];
}

/** Fill between the sides of a band, stretch by stretch where it has gaps. */
function paintBand(ctx: CanvasRenderingContext2D, line: DrawnLine, scene: Scene, frame: Frame): void {
  const { spread, raw } = line;
  if (!spread) return;
  const floor = scene.logY ? scene.y.min : -Infinity;
  ctx.fillStyle = line.colour;
  ctx.globalAlpha = line.faded ? 0.05 : 0.16;
  for (const { from, to } of stretches(spread.lows)) {
    ctx.beginPath();
    for (let i = from; i < to; i++) ctx.lineTo(frame.toX(raw.xs[i] ?? NaN), frame.toY(spread.highs[i] ?? NaN));
    for (let i = to - 1; i >= from; i--) {
      ctx.lineTo(frame.toX(raw.xs[i] ?? NaN), frame.toY(Math.max(floor, spread.lows[i] ?? NaN)));
    }
    ctx.fill();
  }
  ctx.globalAlpha = 1;
}

/** The stretches without a gap. */
function stretches(values: Float64Array): readonly { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  let from = -1;
  values.forEach((value, i) => {
    if (Number.isFinite(value)) {
      if (from < 0) from = i;
    } else if (from >= 0) {
      found.push({ from, to: i });
      from = -1;
    }
  });
  if (from >= 0) found.push({ from, to: values.length });
  return found;
}

/** A ring around the best point. */
function paintBest(ctx: CanvasRenderingContext2D, { x, y, colour }: Best, frame: Frame): void {
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.6 * frame.ratio;
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.arc(frame.toX(x), frame.toY(y), RING * frame.ratio, 0, 2 * Math.PI);
  ctx.stroke();
  ctx.restore();
}

function paintLine(
  ctx: CanvasRenderingContext2D,
  line: DrawnLine,
  scene: Scene,
  frame: Frame,
): void {
  const strength = line.faded ? 0.18 : 1;
  ctx.strokeStyle = ctx.fillStyle = line.colour;
  if (line.points !== line.raw) {
    ctx.globalAlpha = 0.28 * strength;
    stroke(ctx, line.raw, scene, frame, 1, []);
  }
  ctx.globalAlpha = strength;
  stroke(ctx, line.points, scene, frame, 1.6, line.dash);
}

function stroke(
  ctx: CanvasRenderingContext2D,
  points: Points,
  scene: Scene,
  frame: Frame,
  width: number,
  dash: readonly number[],
): void {
  const { from, to } = around(points, scene.x);
  const track = new Track(ctx, frame);
  ctx.lineWidth = width * frame.ratio;
  ctx.setLineDash(dash.map((length) => length * frame.ratio));
  ctx.beginPath();
  for (let i = from; i < to; i++) {
    const x = points.xs[i] ?? NaN;
    const y = points.ys[i] ?? NaN;
    if (Number.isNaN(y) || isOffScale(x, y, scene)) track.lift();
    else track.to(frame.toX(x), y);
  }
  track.lift();
  ctx.stroke();
  track.finish();
}

/** A logarithmic axis has no place for what is not positive. */
function isOffScale(x: number, y: number, { logX, logY }: Scene): boolean {
  return (logX && x <= 0) || (logY && y <= 0);
}

/** The pen: remembers lone points and infinities until the line is stroked. */
class Track {
  readonly #ctx: CanvasRenderingContext2D;
  readonly #frame: Frame;
  readonly #dots: [x: number, y: number][] = [];
  readonly #marks: [x: number, up: boolean][] = [];
  #run = 0;
  #last: [x: number, y: number] = [0, 0];

  constructor(ctx: CanvasRenderingContext2D, frame: Frame) {
    this.#ctx = ctx;
    this.#frame = frame;
  }

  to(x: number, value: number): void {
    const { box, toY } = this.#frame;
    const up = value > 0;
    if (!Number.isFinite(value)) this.#marks.push([x, up]);
    const edge = up ? box.top : box.top + box.height;
    const y = Number.isFinite(value) ? toY(value) : edge;
    if (this.#run === 0) this.#ctx.moveTo(x, y);
    else this.#ctx.lineTo(x, y);
    this.#last = [x, y];
    this.#run++;
  }

  lift(): void {
    if (this.#run === 1) this.#dots.push(this.#last);
    this.#run = 0;
  }

  finish(): void {
    const { ratio } = this.#frame;
    this.#ctx.beginPath();
    for (const [x, y] of this.#dots) {
      this.#ctx.moveTo(x, y);
      this.#ctx.arc(x, y, DOT * ratio, 0, 2 * Math.PI);
    }
    for (const [x, up] of this.#marks) this.#triangle(x, up, MARK * ratio);
    this.#ctx.fill();
  }

  #triangle(x: number, up: boolean, size: number): void {
    const { box } = this.#frame;
    const tip = up ? box.top : box.top + box.height;
    const foot = up ? tip + 1.6 * size : tip - 1.6 * size;
    this.#ctx.moveTo(x, tip);
    this.#ctx.lineTo(x + size, foot);
    this.#ctx.lineTo(x - size, foot);
    this.#ctx.closePath();
  }
}
