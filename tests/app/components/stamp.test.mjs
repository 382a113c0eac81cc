// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { fingerprint, stampPrompt } from "../../../app/components/shared/stamp.js";

test("a fingerprint is the published FNV-1a", () => {
  // Test vectors of draft-eastlake-fnv; the server's fingerprint is held to them too.
  assert.deepEqual(["", "a", "foobar"].map(fingerprint), ["811c9dc5", "e40c292c", "bf9cf968"]);
});

test("a stamp is what the server makes of the same", () => {
  // `test_stamps.py` has the same case.
  const boxes = [
    { x0: 10.004, y0: 20, x1: 33.335, y1: 40.5, label: 1 },
    { x0: 0, y0: 1.005, x1: 99.995, y1: 7.25, label: -1 },
  ];
  assert.equal(stampPrompt({ image: { path: "folder/图.png" }, boxes }), "cf829abd.52d8713e");
});

test("nothing has a stamp of its own", () => {
  assert.equal(stampPrompt(null), stampPrompt({ image: null, boxes: [] }));
});
