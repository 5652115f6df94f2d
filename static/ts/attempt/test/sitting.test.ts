import assert from "node:assert/strict";
import test from "node:test";
import { Tidings } from "../core/tidings";
import type { Notice, PageEvent } from "../core/types";
import { minute, Room } from "./room";
import { ServerModel, text } from "./server_model";
import { MemoryStorage } from "./virtual";

test("going on while the upload waits takes the hand-in back", async () => {
  const r = new Room();
  r.online = false;
  r.sitting.answer(1, { choice: "a" }, "now");
  void r.sitting.handIn.begin();
  await r.time.advance(3000);
  r.sitting.handIn.cancel();
  r.online = true;
  await r.time.advance(40000);
  assert.equal(r.sitting.phase, "working");
  assert.equal(r.submits, 0);
});

test("at zero the page hands in by itself, with the last answer", async () => {
  const r = new Room();
  await r.time.advance(10 * minute - 5000);
  r.sitting.answer(2, { choice: "a" }, "now");
  await r.time.advance(8000);
  assert.equal(r.sitting.phase, "done");
  assert.equal(r.sitting.handIn.timeUp, true);
  assert.equal(r.server.current(2), text({ choice: "a" }));
  assert.ok(r.said("closing"));
});

test("a page that is opened with eight minutes left does not speak of ten", async () => {
  const r = new Room("mine", 8 * minute);
  await r.time.advance(2 * minute);
  assert.equal(r.said("minutes"), false);
  await r.time.advance(1.5 * minute);
  assert.equal(r.said("minutes"), true, "five minutes left");
});

test("a page at zero that was given more time goes on, and says so", async () => {
  const r = new Room();
  await r.time.advance(10 * minute - 3000);
  r.deadline += 10 * minute;
  await r.time.advance(5000);
  assert.equal(r.sitting.phase, "working");
  assert.equal(r.submits, 0);
  assert.ok(r.said("extended"));
});

test("more time that is learned only when the line is back also counts", async () => {
  const r = new Room();
  r.online = false;
  r.sitting.answer(1, { choice: "a" }, "now");
  await r.time.advance(10 * minute + 20000);
  assert.equal(r.sitting.phase, "handing_in");
  r.deadline += 10 * minute;
  r.online = true;
  await r.time.advance(40000);
  assert.equal(r.sitting.phase, "working");
  assert.equal(r.submits, 0);
});

test("an attempt that was collected meanwhile ends with its receipt", async () => {
  const r = new Room();
  r.state = "submitted";
  r.sitting.answer(1, { choice: "a" }, "now");
  await r.time.advance(10000);
  assert.equal(r.sitting.phase, "done");
  assert.equal(r.submits, 0);
});

// rule:attempt-promise-7
test("a lost lease makes the page read-only; taking over sends what it had unsent", async () => {
  const r = new Room();
  r.holder = "other";
  r.sitting.answer(1, { choice: "a" }, "now");
  await r.time.advance(2000);
  assert.equal(r.sitting.writable(), false);
  assert.equal(r.sitting.line(), "elsewhere");
  r.sitting.answer(2, { choice: "a" }, "now");
  assert.equal(r.journal.get(2), undefined, "read-only");
  r.server.lastSeq = 0;
  await Promise.all([r.sitting.takeOver(), r.time.advance(3000)]);
  await r.time.advance(3000);
  assert.equal(r.sitting.writable(), true);
  assert.equal(r.server.current(1), text({ choice: "a" }));
});

test("a page that never had the lease only reads, and ends when the holder hands in", async () => {
  const r = new Room(null);
  assert.equal(r.sitting.line(), "elsewhere");
  r.state = "submitted";
  await r.time.advance(30000);
  assert.equal(r.sitting.phase, "done");
  assert.equal(r.submits, 0);
});

test("an expired log-in keeps the answer and goes on afterwards, even in the middle of the hand-in", async () => {
  const r = new Room();
  r.loggedIn = false;
  r.sitting.answer(1, { choice: "a" }, "now");
  void r.sitting.handIn.begin();
  await r.time.advance(5000);
  assert.equal(r.sitting.line(), "login");
  assert.equal(r.journal.unsent().length, 1);
  r.loggedIn = true;
  r.sitting.loggedIn();
  await r.time.advance(5000);
  assert.equal(r.sitting.phase, "done");
  assert.equal(r.server.current(1), text({ choice: "a" }));
});

// rule:attempt-news
test("a save's answer with a greater number fetches what is new at once", async () => {
  const r = new Room();
  r.tell({ id: "5", kind: "notice", text: "还有一半时间" });
  r.sitting.answer(1, { choice: "a" }, "now");
  await r.time.advance(500);
  assert.equal(r.beats, 1);
  assert.deepEqual(r.news, [{ kind: "notice", notice: { id: "5", kind: "notice", text: "还有一半时间" } }]);
  r.sitting.answer(1, { choice: "b" }, "now");
  await r.time.advance(500);
  assert.equal(r.beats, 1, "known by now");
  await r.time.advance(60000);
  assert.equal(r.news.filter((n) => n.kind === "notice").length, 1, "told once");
});

test("what was acknowledged is not told again after a reload; corrections stay at their question", () => {
  const store = new MemoryStorage();
  const list: Notice[] = [
    { id: "1", kind: "notice", text: "甲" },
    { id: "2", kind: "correction", slot: 8, text: "乙" },
  ];
  const first = new Tidings(store, "7");
  assert.deepEqual(first.take(list).map((n) => n.id), ["1", "2"]);
  assert.deepEqual(first.take(list), []);
  first.acknowledge("1");
  const reloaded = new Tidings(store, "7");
  assert.deepEqual(reloaded.take(list).map((n) => n.id), ["2"]);
  assert.deepEqual(reloaded.corrections(8).map((n) => n.text), ["乙"]);
  assert.deepEqual(reloaded.corrections(1), []);
  reloaded.forget();
  assert.equal(new Tidings(store, "7").take(list).length, 2);
});

test("a pause stops the clock and the answering, and its end gives the time back without calling it more time", async () => {
  const r = new Room();
  await r.time.advance(60000);
  r.pause();
  r.event();
  assert.equal(r.sitting.writable(), false);
  const left = r.clock.remainingMs();
  await r.time.advance(20 * minute);
  assert.equal(r.clock.remainingMs(), left, "the clock stands");
  assert.equal(r.sitting.phase, "working", "a pause longer than the exam hands nothing in");
  assert.equal(r.submits, 0);
  r.resume();
  r.event();
  assert.equal(r.sitting.writable(), true);
  assert.ok(Math.abs(r.clock.remainingMs() - left) <= 1);
  assert.deepEqual(r.news.map((n) => n.kind), ["paused", "resumed"]);
});

test("a pause takes a hand-in back that waits for the line", async () => {
  const r = new Room();
  r.online = false;
  r.sitting.answer(1, { choice: "a" }, "now");
  void r.sitting.handIn.begin();
  await r.time.advance(2000);
  r.pause();
  r.online = true;
  await r.time.advance(30000);
  assert.equal(r.submits, 0);
  assert.equal(r.sitting.phase, "working");
  r.resume();
  await r.time.advance(30000);
  assert.equal(r.server.current(1), text({ choice: "a" }));
});

test("more time given in a pause is told, and adds to what the pause gives back", async () => {
  const r = new Room();
  r.pause();
  r.event();
  r.deadline += 10 * minute;
  r.event();
  assert.ok(r.said("extended"));
  const left = r.clock.remainingMs();
  await r.time.advance(minute);
  r.resume();
  r.event();
  assert.ok(Math.abs(r.clock.remainingMs() - left) <= 1);
});

test("an attempt that an invigilator handed in ends at once, as what it is", async () => {
  const r = new Room();
  r.sitting.answer(1, { choice: "a" }, "now");
  await r.time.advance(500);
  r.state = "submitted";
  r.event();
  await r.time.advance(1000);
  assert.equal(r.sitting.phase, "done");
  assert.equal(r.sitting.handIn.ended, "early");
  assert.equal(r.submits, 0);
});

test("the own hand-in whose reply was overtaken by the stream is the own one", async () => {
  const r = new Room();
  void r.sitting.handIn.begin();
  await r.time.advance(120);
  r.state = "submitted";
  r.event();
  await r.time.advance(2000);
  assert.equal(r.sitting.phase, "done");
  assert.notEqual(r.sitting.handIn.ended, "early");
});

test("a warning is told when its count grows, not at every beat", async () => {
  const r = new Room();
  r.warnings = [{ kind: "hidden", count: 1, after: 3 }];
  await r.time.advance(65000);
  assert.equal(r.news.filter((n) => n.kind === "warning").length, 1);
  r.warnings = [{ kind: "hidden", count: 2, after: 3 }];
  await r.time.advance(25000);
  assert.equal(r.news.filter((n) => n.kind === "warning").length, 2);
});

test("leaving takes along what waited for a beat; coming back is told with the next one", async () => {
  const r = new Room();
  r.sitting.notePaste();
  r.sitting.leave({ kind: "left", at_ms: 5, length_ms: 0 });
  assert.deepEqual(r.heard, ["parting paste", "parting left"]);
  r.sitting.cameBack({ kind: "returned", at_ms: 5, length_ms: 60000 }, () => true);
  await r.time.advance(25000);
  assert.deepEqual(r.heard.slice(2), ["paste", "returned"]);
  r.pause();
  r.event();
  r.sitting.leave({ kind: "left", at_ms: 6, length_ms: 0 });
  assert.equal(r.heard.length, 4, "while the clock stands anybody may go");
});

test("a page that is in sight again tells of its absence, but not beside the one that holds the attempt", async () => {
  const absence: PageEvent = { kind: "hidden", at_ms: 5, length_ms: 60000 };
  const beside = new Room(null);
  const mine = new Room();
  let asked = 0;
  const untold = () => asked++ === 0;
  assert.equal(beside.sitting.inSight(absence, untold), false);
  assert.equal(asked, 0, "the absence of the page that holds it is still to be told");
  assert.equal(mine.sitting.inSight(absence, untold), true);
  assert.equal(mine.sitting.inSight(absence, untold), false, "it was told");
  asked = 0;
  assert.equal(mine.sitting.inSight(null, untold), false, "a glance elsewhere");
  await Promise.all([beside.time.advance(25000), mine.time.advance(25000)]);
  assert.deepEqual([beside.heard, mine.heard], [[], ["hidden"]]);
});

test("a return to an attempt that another page holds is told once it is taken over, unless that page has come back and told it", async () => {
  for (const [untold, want] of [[true, ["returned"]], [false, []]] as const) {
    const r = new Room(null);
    let asked = 0;
    r.sitting.cameBack({ kind: "returned", at_ms: 5, length_ms: 60000 }, () => {
      asked++;
      return untold;
    });
    await r.time.advance(25000);
    assert.deepEqual([r.heard, asked], [[], 0], "the page that holds it may be out of sight still");
    await Promise.all([r.sitting.takeOver(), r.time.advance(3000)]);
    await r.time.advance(25000);
    assert.deepEqual([r.heard, asked], [want, 1]);
  }
});

test("a page that opened from its kept sheet works at once, and goes up when the line is back", async () => {
  const r = new Room("mine", 10 * minute, { store: new MemoryStorage(), server: new ServerModel() });
  r.sitting.answer(1, { choice: "a" }, "now");
  await r.time.advance(60000);
  assert.equal(r.sitting.writable(), true);
  assert.ok(r.clock.doubtful, "the time left is an estimate");
  r.online = true;
  await r.time.advance(30000);
  assert.equal(r.server.current(1), text({ choice: "a" }));
  assert.equal(r.journal.unsent().length, 0);
});

test("a kept sheet whose attempt another device took over meanwhile only reads", async () => {
  const r = new Room("mine", 10 * minute, { store: new MemoryStorage(), server: new ServerModel() });
  r.holder = "other";
  r.sitting.answer(1, { choice: "a" }, "now");
  r.online = true;
  await r.time.advance(30000);
  assert.equal(r.sitting.writable(), false);
  assert.equal(r.server.current(1), undefined);
});

