import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { age, aligned, asNumber, duration, numberStyle, parameter, plural, recorded, short } from "../src/ui/format.ts";

const written = (values: number[], exact = false): string[] => {
  const style = numberStyle(values, undefined, exact);
  return values.map((value) => {
    const { text, pad } = aligned(value, style);
    return text + pad.replace(/[.0]/g, "_");
  });
};

describe("numbers of a column", () => {
  it("share their decimals, and are not padded with digits that they do not have", () => {
    assert.deepEqual(written([0.92134567, 0.9, 1]), ["0.921", "0.9__", "1____"]);
  });

  it("show the smallest with two digits", () => {
    assert.deepEqual(written([2.19626, 0.02502]), ["2.196", "0.025"]);
  });

  it("tell values that are close apart", () => {
    assert.deepEqual(written([0.99991, 0.99995]), ["0.99991", "0.99995"]);
  });

  it("are written out when they were chosen, not measured", () => {
    assert.deepEqual(written([0.1, 0.000125], true), ["0.1_____", "0.000125"]);
  });

  it("have no digits that only arithmetic gives", () => {
    assert.deepEqual(written([0.1 + 0.2, 0.000977], true), ["0.3_____", "0.000977"]);
    assert.deepEqual(written([0.9 + 0.04, 0.93, 0.9]), ["0.94__", "0.93__", "0.9___"]);
    assert.deepEqual(["0.000977", "0.30000000000000004", "0.0031622776601683794", "1234567.1234567891", "1e-05", "16", "adam"].map(parameter), [
      "0.000977", "0.3", "0.00316228", "1234567", "1e-05", "16", "adam",
    ]);
  });

  it("are shown as recorded when one is pointed at", () => {
    assert.deepEqual([0.000977, 1 / 3, 1234567.891, 7].map(recorded), ["0.000977", "0.333333", "1234568", "7"]);
  });

  it("stay whole when they are", () => {
    assert.deepEqual(written([32, 128, 0]), ["32", "128", "0"]);
  });

  it("are scientific only when there is no other way", () => {
    assert.deepEqual(written([1.5e-9, 0.5]), ["1.5e-9", "0.5"]);
    assert.equal(short(2.5e15), "2.5e15");
    assert.equal(short(123456), "123456");
  });

  it("have a true minus sign and words for what is not finite", () => {
    assert.deepEqual(written([-1.5, NaN, Infinity, -Infinity]), ["−1.5", "NaN", "∞", "−∞"]);
  });

  it("never lose decimals that were shown before", () => {
    const before = numberStyle([0.1234]);
    assert.deepEqual(numberStyle([5], before), before);
  });
});

describe("values from the wire", () => {
  it("are numbers, or words for numbers that JSON has not", () => {
    assert.equal(asNumber(1.5), 1.5);
    assert.equal(asNumber("-Infinity"), -Infinity);
    assert.ok(Number.isNaN(asNumber("NaN")));
    assert.equal(asNumber("0.1"), null);
    assert.equal(asNumber(null), null);
    assert.equal(asNumber("constructor"), null);
  });
});

describe("times", () => {
  it("writes durations in two units at most", () => {
    assert.equal(duration(420), "420 ms");
    assert.equal(duration(12_400), "12.4 s");
    assert.equal(duration(59_970), "1 min 00 s");
    assert.equal(duration(185_000), "3 min 05 s");
    assert.equal(duration(7_620_000), "2 h 07 min");
    assert.equal(duration(273_600_000), "3 d 04 h");
    assert.equal(duration(-5), "0 ms");
  });

  it("writes running durations in whole seconds", () => {
    assert.equal(duration(12_900, true), "12 s");
    assert.equal(duration(59_990, true), "59 s");
    assert.equal(duration(60_000, true), "1 min 00 s");
  });

  it("writes ages, and a date for what is long ago", () => {
    const now = Date.UTC(2026, 10, 23, 12);
    assert.equal(age(now + 9000, now), "now");
    assert.equal(age(now - 12_000, now), "12 s ago");
    assert.equal(age(now - 3_600_000, now), "1 h ago");
    assert.match(age(now - 40 * 86_400_000, now), /^2026-10-1\d$/);
  });

  it("counts things", () => {
    assert.equal(plural(1, "run"), "1 run");
    assert.equal(plural(10_000, "run"), "10,000 runs");
  });
});
