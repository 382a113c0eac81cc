// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { clamp, percent } from "../../../app/components/shared/numbers.js";
import { exemplarTag, format, signName } from "../../../app/components/shared/strings.js";

test("names in braces are filled in, each as often as it stands there", () => {
  assert.equal(format("{a} of {b}, {a}", { a: 1, b: "$&" }), "1 of $&, 1");
});

test("an exemplar is called by its sign and number", () => {
  assert.deepEqual([exemplarTag(1, 0), exemplarTag(-1, 9)], ["+1", "−10"]);
  assert.deepEqual([signName(1), signName(-1)], ["positive", "negative"]);
});

test("numbers are clamped and written as percentages", () => {
  assert.deepEqual([-1, 0.5, 7].map((value) => clamp(value, 0, 2)), [0, 0.5, 2]);
  assert.deepEqual([percent(0.25), percent(3, 60)], ["25%", "5%"]);
});
