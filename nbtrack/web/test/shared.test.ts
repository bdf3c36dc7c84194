import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { colourIndex, dashesOf, PALETTE } from "../src/ui/theme.ts";
import { hidingRule } from "../src/ui/anywidget.ts";

describe("the rule that hides the static output", () => {
  it("names the output and its area", () => {
    const rule = hidingRule("ab12") ?? "";
    assert.match(rule, /\[data-nbtrack-static="ab12"\]/);
    assert.match(rule, /\.jp-OutputArea-child:has\(/);
  });

  it("takes nothing but hexadecimal digits", () => {
    for (const uid of ["", "AB", 'a"] *', "a\n", "zz"]) assert.equal(hidingRule(uid), null);
  });
});

describe("colours", () => {
  it("are sixteen for either theme, all different", () => {
    for (const colours of Object.values(PALETTE)) {
      assert.equal(new Set(colours).size, 16);
      for (const colour of colours) assert.match(colour, /^#[0-9a-f]{6}$/);
    }
  });

  it("follow the last digit of the id", () => {
    assert.equal(colourIndex("0123f"), 15);
    assert.equal(colourIndex("run-z"), 0);
    assert.equal(colourIndex(""), 0);
  });

  it("come with another dash for every run that shares one", () => {
    const [first, second, third] = dashesOf(["aa", "b1", "ca"]);
    assert.deepEqual(first, []);
    assert.deepEqual(second, []);
    assert.notDeepEqual(third, []);
  });
});
