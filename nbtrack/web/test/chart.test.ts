import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bestValue } from "../src/chart/bars.ts";
import { Curves, doubles, pointsAt } from "../src/chart/curves.ts";
import { Line, MOST_POINTS, smoothed, decimated } from "../src/chart/lines.ts";
import { sectionsOf } from "../src/chart/plots.ts";
import { readingsAt } from "../src/chart/readings.ts";
import { around, bestOf, drawnLine, nearest, withMargin, xSpan, ySpan } from "../src/chart/scene.ts";
import { logPlaces, logTicks, numberTicks, secondTicks, timeTicks } from "../src/chart/ticks.ts";
import type { SeriesPlace } from "../src/chart/types.ts";
import { stepFor, zoomedAbout } from "../src/chart/zoom.ts";

const points = (xs: number[], ys: number[]) => ({
  xs: Float64Array.from(xs),
  ys: Float64Array.from(ys),
});
const list = (values: Float64Array): number[] => [...values];

function packed(...series: [run: string, xs: number[], ys: number[]][]) {
  const values: number[] = [];
  const places: SeriesPlace[] = series.map(([run, xs, ys]) => {
    const place = { run, metric: "loss", offset: values.length, length: xs.length };
    values.push(...xs, ...ys);
    return place;
  });
  return { places, view: new DataView(Float64Array.from(values).buffer) };
}

describe("decoding", () => {
  it("reads doubles wherever the view begins", () => {
    const bytes = new Uint8Array(4 + 16);
    new DataView(bytes.buffer, 4).setFloat64(0, 1.5, true);
    new DataView(bytes.buffer, 4).setFloat64(8, -2, true);
    assert.deepEqual(list(doubles(new DataView(bytes.buffer, 4))), [1.5, -2]);
    assert.deepEqual(list(doubles(null)), []);
  });

  it("finds one series, and none beyond the end", () => {
    const values = Float64Array.of(0, 0, 1, 2, 10, 20);
    const place = { run: "a", metric: "m", offset: 2, length: 2 };
    assert.deepEqual(pointsAt(values, place), points([1, 2], [10, 20]));
    assert.equal(pointsAt(values, { ...place, length: 3 }), null);
    assert.equal(pointsAt(values, { ...place, offset: -1 }), null);
  });
});

describe("a line", () => {
  it("grows in order", () => {
    const line = new Line("a", "m", points([1, 2], [10, 20]));
    line.append(points([3], [30]));
    assert.deepEqual(line.points, points([1, 2, 3], [10, 20, 30]));
    assert.equal(line.total, 3);
  });

  it("puts late points where they belong", () => {
    const line = new Line("a", "m", points([5, 1], [50, 10]));
    line.append(points([3], [30]));
    assert.deepEqual(line.points, points([1, 3, 5], [10, 30, 50]));
  });

  it("stays small, and knows how many points it stands for", () => {
    const line = new Line("a", "m", points([], []), 0);
    for (let i = 0; i < 20_000; i++) line.append(points([i], [Math.sin(i)]));
    assert.ok(line.length <= MOST_POINTS);
    assert.equal(line.total, 20_000);
    assert.equal(line.points.xs[0], 0);
    assert.equal(line.points.xs.at(-1), 19_999);
  });
});

describe("thinning", () => {
  it("keeps the extremes, the ends and the gaps", () => {
    const xs = Array.from({ length: 1000 }, (_, i) => i);
    const ys = xs.map((x) => (x === 500 ? 99 : x === 501 ? -99 : x >= 700 && x < 800 ? NaN : 0));
    const { xs: keptX, ys: keptY } = decimated(points(xs, ys), 100);
    assert.ok(keptX.length <= 100);
    assert.ok(keptY.includes(99) && keptY.includes(-99));
    assert.ok(keptY.some(Number.isNaN));
    assert.deepEqual([keptX[0], keptX.at(-1)], [0, 999]);
    assert.deepEqual(list(keptX), [...keptX].sort((a, b) => a - b));
  });

  it("leaves short lines alone", () => {
    const short = points([1, 2], [3, 4]);
    assert.deepEqual(decimated(short, 10), short);
  });
});

describe("smoothing", () => {
  it("has no pull towards zero", () => {
    assert.deepEqual(list(smoothed(Float64Array.of(5, 5, 5), 0.9)).map(Math.round), [5, 5, 5]);
  });

  it("skips what is not finite", () => {
    const [first, gap, peak, last] = list(smoothed(Float64Array.of(1, NaN, Infinity, 1), 0.5));
    assert.equal(first, 1);
    assert.ok(Number.isNaN(gap));
    assert.equal(peak, Infinity);
    assert.equal(last, 1);
  });

  it("weighs the newest value by the rest of the weight", () => {
    assert.ok(Math.abs(smoothed(Float64Array.of(0, 1), 0.5)[1]! - 2 / 3) < 1e-12);
  });
});

describe("curves", () => {
  const frame = (version: number, places: readonly SeriesPlace[]) => ({ version, series: places });
  const push = (version: number, run: string, x: number, y: number) => {
    const { places, view } = packed([run, [x], [y]]);
    return { content: { event: "points", version, series: places }, buffers: [view] };
  };
  const lengths = (curves: Curves, ...runs: string[]) =>
    curves.of("loss", runs).map((line) => line.length);

  it("append pushes to what is there, and begin new lines", () => {
    const curves = new Curves();
    const { places, view } = packed(["a", [1, 2], [5, 6]]);
    curves.replace(frame(1, places), view, "step");
    assert.equal(curves.push(push(1, "a", 3, 7)), true);
    assert.equal(curves.push(push(1, "b", 3, 7)), true);
    assert.deepEqual(lengths(curves, "a", "b"), [3, 1]);
  });

  it("drop pushes of an older frame and keep those that came too early", () => {
    const curves = new Curves();
    const { places, view } = packed(["a", [1], [5]]);
    curves.replace(frame(2, places), view, "step");
    assert.equal(curves.push(push(1, "a", 2, 6)), false);
    assert.equal(curves.push(push(3, "a", 2, 6)), false);
    curves.replace(frame(3, places), view, "step");
    assert.deepEqual(lengths(curves, "a"), [2]);
  });

  it("show the zoomed range until the zoom ends", () => {
    const curves = new Curves();
    const { places, view } = packed(["a", [1, 9], [5, 5]]);
    const finer = packed(["a", [2, 3, 4], [1, 1, 1]]);
    curves.replace(frame(1, places), view, "step");
    curves.zoom(frame(1, finer.places), finer.view, { min: 2, max: 4 });
    curves.push(push(1, "a", 10, 1));
    assert.deepEqual(lengths(curves, "a"), [3]);
    curves.unzoom();
    assert.deepEqual(lengths(curves, "a"), [3]);
    assert.deepEqual(list(curves.of("loss", ["a"])[0]!.points.xs), [1, 9, 10]);
  });
});

describe("a frame that nobody has filled yet", () => {
  it("has no lines", () => {
    const curves = new Curves();
    curves.replace({}, null, "step");
    assert.deepEqual(curves.of("loss", ["a"]), []);
    assert.equal(curves.version, -1);
  });
});

describe("what is best", () => {
  const pen = { name: "", colour: "", dash: [], faded: false };
  const drawn = [drawnLine(new Line("a", "m", points([0, 1], [2, 5])), pen, 0)];

  it("is said only where the goal is known", () => {
    assert.equal(bestOf(drawn, null), null);
    assert.equal(bestOf(drawn, "min")?.y, 2);
    assert.equal(bestOf(drawn, "max")?.y, 5);
  });

  it("is said of several different values", () => {
    const bars = [1, 3, NaN].map((value) => ({ line: drawn[0]!, value }));
    assert.equal(bestValue(bars, "max"), 3);
    assert.equal(bestValue(bars, null), null);
    assert.equal(bestValue(bars.slice(0, 1), "max"), null);
  });
});

describe("sections", () => {
  it("are what stands before a slash, and begin with what has none", () => {
    assert.deepEqual(sectionsOf(["val/loss", "loss", "train/loss", "val/acc"]), [
      { prefix: "", metrics: ["loss"] },
      { prefix: "val", metrics: ["val/loss", "val/acc"] },
      { prefix: "train", metrics: ["train/loss"] },
    ]);
  });
});

describe("searching and spans", () => {
  it("finds the nearest point", () => {
    const xs = Float64Array.of(0, 10, 20);
    assert.deepEqual([-5, 4, 6, 99].map((x) => nearest(xs, x)), [0, 0, 1, 2]);
    assert.equal(nearest(new Float64Array(0), 1), -1);
  });

  it("draws one point beyond the range on either side", () => {
    const some = points([0, 1, 2, 3, 4], [0, 0, 0, 0, 0]);
    assert.deepEqual(around(some, { min: 1.5, max: 2.5 }), { from: 1, to: 4 });
    assert.deepEqual(around(some, { min: 0, max: 4 }), { from: 0, to: 5 });
  });

  it("ignores what has no place on the axis", () => {
    const some = points([0, 1, 2, 3], [-1, NaN, 5, Infinity]);
    assert.deepEqual(xSpan([some], true), { min: 1, max: 3 });
    assert.deepEqual(ySpan([some], { min: 0, max: 3 }, false), { min: -1, max: 5 });
    assert.deepEqual(ySpan([some], { min: 0, max: 3 }, true), { min: 5, max: 5 });
    assert.equal(ySpan([points([], [])], { min: 0, max: 1 }, false), null);
  });

  it("gives a single value room", () => {
    assert.deepEqual(withMargin({ min: 10, max: 10 }, false), { min: 9, max: 11 });
    assert.deepEqual(withMargin({ min: 0, max: 0 }, false), { min: -1, max: 1 });
    assert.deepEqual(withMargin({ min: 4, max: 4 }, true), { min: 2, max: 8 });
  });

  it("reads the values under the cursor, highest first and NaN last", () => {
    const pen = { name: "", colour: "", dash: [], faded: false };
    const line = (run: string, y: number, last = 10) =>
      drawnLine(new Line(run, "m", points([0, last], [y, y])), pen, 0);
    const lines = [line("nan", NaN), line("low", 1), line("high", Infinity), line("short", 5, 2)];
    const found = readingsAt(lines, 9, 1).map((reading) => reading.line.run);
    assert.deepEqual(found, ["high", "low", "nan"]);
  });
});

describe("ticks", () => {
  it("are as short as their distance allows", () => {
    assert.deepEqual(numberTicks([0, 0.5, 1]), ["0.0", "0.5", "1.0"]);
    assert.deepEqual(numberTicks([0.25, 0.5, 0.75]), ["0.25", "0.50", "0.75"]);
    assert.deepEqual(numberTicks([0.1, 0.2, 0.1 + 0.2]), ["0.1", "0.2", "0.3"]);
    assert.deepEqual(numberTicks([0, 5000, 10_000]), ["0", "5k", "10k"]);
    assert.deepEqual(numberTicks([1_000_000, 1_500_000]), ["1.0M", "1.5M"]);
    assert.deepEqual(numberTicks([1e-8, 2e-8]), ["1e-8", "2e-8"]);
    assert.deepEqual(numberTicks([122_402, 122_404]), ["122,402", "122,404"]);
    assert.deepEqual(numberTicks([122_400, 122_450]), ["122.40k", "122.45k"]);
  });

  it("are round on a logarithmic axis, however long it is", () => {
    assert.deepEqual(logPlaces(0.9, 11_000), [1, 10, 100, 1000, 10_000]);
    assert.deepEqual(logPlaces(0.2, 2.3), [0.2, 0.5, 1, 2]);
    assert.deepEqual(logPlaces(0.78, 0.97), [0.8, 0.85, 0.9, 0.95]);
    assert.ok(logPlaces(1e-20, 1).length <= 7);
    assert.deepEqual(logTicks([0.0001, 0.5, 20_000]), ["1e−4", "0.5", "20k"]);
  });

  it("speak of seconds, minutes and hours", () => {
    assert.deepEqual(secondTicks([0, 30, 90, 5400, 90_000]), ["0", "30s", "1m 30s", "1h 30m", "1d 1h"]);
  });

  it("name the day once", () => {
    const day = new Date(2026, 10, 23, 22).getTime();
    const hour = 3_600_000;
    assert.deepEqual(timeTicks([day, day + hour, day + 2 * hour]), [
      "22:00\nNov 23",
      "23:00",
      "00:00\nNov 24",
    ]);
    assert.deepEqual(timeTicks([day, day + 200, day + 400]), ["22:00:00.000\nNov 23", "22:00:00.200", "22:00:00.400"]);
  });
});

describe("the keyboard on a plot", () => {
  it("walks within the plot", () => {
    assert.deepEqual(stepFor("ArrowLeft", false, 0.01), { kind: "point", share: 0 });
    assert.deepEqual(stepFor("ArrowRight", true, null), { kind: "point", share: 0.6 });
    assert.equal(stepFor("a", false, null), null);
  });

  it("zooms about the cursor, and out to the whole", () => {
    const whole = { min: 0, max: 100 };
    assert.deepEqual(zoomedAbout(whole, whole, 0.5, 0.5, false), { min: 25, max: 75 });
    assert.equal(zoomedAbout({ min: 25, max: 75 }, whole, 0.5, 2, false), null);
  });
});
