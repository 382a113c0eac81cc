// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { assess, stampOf, stateOf } from "../../../app/components/status_line/src/freshness.js";

const WANTED = stampOf("picture.boxes", 0, "en");

test("a view is current, or of other boxes, weights or words, or of another picture", () => {
  assert.equal(assess(stampOf("picture.boxes", 0, "en"), WANTED), "current");
  for (const other of [["picture.more", 0, "en"], ["picture.boxes", 1, "en"], ["picture.boxes", 0, "zh-CN"]]) {
    assert.equal(assess(stampOf(...(/** @type {[string, number, string]} */ (other))), WANTED), "stale");
  }
  assert.equal(assess(stampOf("another.boxes", 0, "en"), WANTED), "other");
});

test("all is current only when what is wanted is finished", () => {
  const progress = { shown: { grid: WANTED }, stamp: WANTED, phase: "", finished: true };
  assert.equal(stateOf(progress, WANTED, ""), "current");
  assert.equal(stateOf({ ...progress, finished: false }, WANTED, ""), "computing");
  assert.equal(stateOf({ ...progress, stamp: "another.boxes.0.en" }, WANTED, ""), "computing", "of another request");
  assert.equal(stateOf({ ...progress, finished: false }, WANTED, WANTED), "stale", "not waited for");
});

test("where nothing is wanted or nothing can be shown there is nothing to say", () => {
  const empty = { shown: { grid: "" }, stamp: WANTED, phase: "", finished: true };
  assert.equal(stateOf(empty, WANTED, ""), "idle");
  assert.equal(stateOf(empty, "", ""), "idle");
});
