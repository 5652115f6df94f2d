import assert from "node:assert/strict";
import test from "node:test";
import { wordsOf } from "../core/words";
import { leftToDo } from "../view/news";
import { minute, Room } from "./room";
import { text } from "./server_model";

const oneWay = () => new Room("mine", 10 * minute, undefined, 1);

test("a section is left with its last answer, once however often it is asked for", async () => {
  const r = oneWay();
  assert.deepEqual(r.sitting.slots.map((s) => s.slot), [1, 2]);
  assert.equal(r.sitting.total(), 3);
  r.sitting.answer(2, { choice: "a" }, "text");
  void r.sitting.finishSection();
  void r.sitting.finishSection();
  assert.equal(r.sitting.writable(), false, "nothing is answered while it is left");
  await r.time.advance(500);
  assert.equal(r.server.current(2), text({ choice: "a" }));
  assert.deepEqual([r.steps, r.turned, r.sitting.section, r.sitting.ahead()], [[1], [[3]], 2, 0]);
  assert.equal(r.sitting.writable(), true);
  void r.sitting.finishSection();
  await r.time.advance(500);
  assert.deepEqual(r.steps, [1], "the last section ends with the hand-in");
});

test("without a line the section stays open until its answers are up, and 继续答题 takes it back", async () => {
  const r = oneWay();
  r.online = false;
  r.sitting.answer(1, { choice: "a" }, "now");
  void r.sitting.finishSection();
  await r.time.advance(20000);
  assert.equal(r.sitting.writable(), false);
  r.sitting.step.stay();
  assert.equal(r.sitting.writable(), true);
  r.online = true;
  await r.time.advance(40000);
  assert.deepEqual([r.steps, r.sitting.section], [[], 1]);
  r.online = false;
  void r.sitting.finishSection();
  await r.time.advance(5000);
  r.online = true;
  await r.time.advance(40000);
  assert.deepEqual([r.steps, r.sitting.section], [[1], 2], "it is tried until it is answered");
});

test("a page that is behind shows where the attempt stands, and says what was not taken", async () => {
  const r = oneWay();
  r.section = 2; // the answer to the step got lost, and the person went on
  r.sitting.answer(1, { choice: "a" }, "now");
  await r.time.advance(1000);
  assert.deepEqual([r.turned, r.sitting.section], [[[3]], 2]);
  assert.ok(r.said("section"));
  assert.equal(r.server.current(1), undefined);
  r.sitting.answer(3, { choice: "a" }, "now");
  await r.time.advance(1000);
  assert.equal(r.server.current(3), text({ choice: "a" }), "the present section is not held up by it");
  void r.sitting.handIn.begin();
  await r.time.advance(1000);
  assert.deepEqual(r.sitting.handIn.notTaken, [1]);
});

test("a page that only reads follows the holder, and a take-over goes on where the attempt stands", async () => {
  const r = new Room(null, 10 * minute, undefined, 1);
  r.holder = "other";
  r.section = 2;
  await r.time.advance(25000);
  assert.deepEqual([r.turned, r.sitting.section], [[[3]], 2]);
  await r.sitting.finishSection();
  assert.deepEqual(r.steps, [], "a reader leaves nothing");
  const taken = r.sitting.takeOver();
  await r.time.advance(200);
  await taken;
  assert.deepEqual([r.sitting.readOnly, r.sitting.section], [false, 2]);
});

test("a pause and the end of the time take the step back", async () => {
  const r = oneWay();
  r.online = false;
  r.sitting.answer(1, { choice: "a" }, "now");
  void r.sitting.finishSection();
  await r.time.advance(1000);
  r.pause();
  r.event();
  assert.equal(r.sitting.step.leaving, null);
  r.resume();
  r.event();
  void r.sitting.finishSection();
  await r.time.advance(11 * minute);
  assert.equal(r.sitting.phase, "handing_in");
  r.online = true;
  await r.time.advance(minute);
  assert.deepEqual([r.sitting.phase, r.steps], ["done", []]);
});

test("who has answered a section is reminded of those behind it, and not told that all is done", () => {
  const t = wordsOf({ "attempt.news.minutes.all": "all", "attempt.news.minutes.more": "{count} open.", "attempt.news.minutes.ahead": "{count} ahead." });
  assert.equal(leftToDo(t, 0, 0), "all");
  assert.equal(leftToDo(t, 4, 0), "4 open.");
  assert.equal(leftToDo(t, 0, 2), "2 ahead.");
  assert.equal(leftToDo(t, 4, 2), "4 open. 2 ahead.");
});
