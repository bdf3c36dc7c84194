import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isWithin, pressed } from "../src/chart/brush.ts";
import { pickedFrom } from "../src/chart/scatterView.ts";
import { projectionOf, scaleOf } from "../src/chart/projection.ts";
import { axesAfter, axesWith, toggledIn } from "../src/chart/axisToolbar.ts";

describe("a scale", () => {
  it("places numbers, and marks round ones", () => {
    const scale = scaleOf([0, 5, 10, null], false);
    assert.deepEqual([scale.share(0), scale.share(5), scale.share(10), scale.share(null)], [0, 0.5, 1, null]);
    assert.deepEqual(scale.marks.map(({ text }) => text), ["0", "2", "4", "6", "8", "10"]);
    assert.equal(scale.textAt(0.5), "5");
  });

  it("is logarithmic where there is something positive", () => {
    const scale = scaleOf([0.001, 0.01, 0.1, -1, 0], true);
    assert.equal(scale.log, true);
    assert.ok(Math.abs((scale.share(0.01) ?? 0) - 0.5) < 1e-9);
    assert.equal(scale.share(0), null);
    assert.equal(scaleOf([-1, 0], true).log, false);
    assert.equal(scaleOf([-1, 0], true).canLog, false);
  });

  it("takes words one after the other as soon as there is one", () => {
    const scale = scaleOf(["sgd", 3, "adam", "sgd"], true);
    assert.deepEqual(scale.words, ["sgd", "3", "adam"]);
    assert.equal(scale.share(3), 0.5);
    assert.equal(scale.textAt(0.99), "adam");
  });

  it("holds one value, and none", () => {
    assert.deepEqual(scaleOf([0, 2, 1], false).marks.map(({ text }) => text), ["0", "1", "2"]);
    assert.deepEqual(scaleOf([0, 2, 1.5], false).marks.map(({ text }) => text), ["0.0", "0.5", "1.0", "1.5", "2.0"]);
    assert.equal(scaleOf([7, 7], false).share(7), 0.5);
    assert.deepEqual(scaleOf([7], true).marks, [{ share: 0.5, text: "7" }]);
    assert.deepEqual(scaleOf([null], false).marks, []);
  });
});

describe("a projection", () => {
  const points = [
    { id: "a", name: "A", v: [1, "x", 5] },
    { id: "b", name: "B", v: [null, "y", 6] },
    { id: "c", name: "C", v: [3, "x", null] },
  ];
  const state = { axes: ["params.lr", "params.o", "metrics.acc"], logs: [], points, kind: "parallel", colour_by_metric: false } as const;

  it("leaves out what has no place: of parallel lines those without the last value", () => {
    const projection = projectionOf(state, "light");
    assert.deepEqual(projection.runs.map(({ point }) => point.id), ["a", "b"]);
    assert.equal(projection.omitted, 1);
    assert.equal(projection.axes[0]?.label, "lr");
    assert.equal(projectionOf({ ...state, axes: ["params.lr", "params.o"], kind: "scatter" }, "light").omitted, 1);
  });

  it("scales its axes to what is drawn", () => {
    const far = { id: "d", name: "D", v: [1000, "z", null] };
    const [lr, word] = projectionOf({ ...state, points: [...points, far] }, "light").axes;
    assert.equal(lr?.scale.share(1), 0.5, "of the runs that are drawn only one has a rate");
    assert.deepEqual(word?.scale.words, ["x", "y"]);
  });

  it("colours by the last axis when asked to", () => {
    const [first, second] = projectionOf({ ...state, colour_by_metric: true }, "dark").runs;
    assert.match(first?.colour ?? "", / 0\.0%/);
    assert.match(second?.colour ?? "", / 100\.0%/);
  });
});

describe("a brush", () => {
  it("is made, moved, stretched and taken away by keys", () => {
    assert.deepEqual(pressed(undefined, "ArrowDown", false), [0.75, 1]);
    assert.deepEqual(pressed([0.5, 1], "ArrowUp", false), [0.5, 1]);
    assert.deepEqual(pressed([0, 0.5], "ArrowUp", true), [0, 0.55]);
    assert.equal(pressed([0, 1], "Escape", false), null);
    assert.equal(pressed(undefined, "Escape", false), undefined);
    assert.equal(pressed([0, 1], "x", false), undefined);
  });

  it("holds runs that lie within all of them, and none without a value", () => {
    const brushes = new Map([["a", [0, 0.5] as const], ["b", [0.5, 1] as const]]);
    assert.equal(isWithin(new Map([["a", 0.5], ["b", 1]]), brushes), true);
    assert.equal(isWithin(new Map([["a", 0.6], ["b", 1]]), brushes), false);
    assert.equal(isWithin(new Map([["a", 0.5], ["b", null]]), brushes), false);
  });
});

describe("choosing", () => {
  it("picks only, more, or the other way", () => {
    assert.deepEqual(pickedFrom(["a"], ["b"], "only"), ["b"]);
    assert.deepEqual(pickedFrom(["a"], ["a", "b"], "add"), ["a", "b"]);
    assert.deepEqual(pickedFrom(["a"], ["a", "b"], "toggle"), ["b"]);
  });

  it("keeps the last axis last, and swaps axes that would come twice", () => {
    assert.deepEqual(axesAfter(["a", "b", "z"], ["b", "z", "c"]), ["b", "c", "z"]);
    assert.deepEqual(axesWith(["a", "b", "z"], 2, "a"), ["z", "b", "a"]);
    assert.deepEqual(toggledIn(["a"], "a"), []);
  });
});
