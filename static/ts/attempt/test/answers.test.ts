import assert from "node:assert/strict";
import test from "node:test";
import { Journal } from "../core/journal";
import { minute, Room } from "./room";
import { ServerModel, text } from "./server_model";
import { MemoryStorage, randomOf } from "./virtual";

test("hand-in sends what is unsent first and then happens once", async () => {
  const r = new Room();
  r.online = false;
  r.sitting.answer(1, { choice: "a" }, "now");
  void r.sitting.handIn.begin();
  await r.time.advance(30000);
  assert.equal(r.sitting.phase, "handing_in");
  assert.equal(r.submits, 0, "not before the answer is up");
  r.online = true;
  await r.time.advance(20000);
  assert.equal(r.sitting.phase, "done");
  assert.equal(r.submits, 1);
  assert.equal(r.server.current(1), text({ choice: "a" }));
});

test("what came within the grace after the deadline is told at the end, and neither what was in time nor what was cleared", async () => {
  const r = new Room();
  r.sitting.answer(1, { choice: "a" }, "now");
  await r.time.advance(2000);
  assert.equal(r.sitting.answers.late("2999-01-01T00:00:00Z"), 0);
  assert.equal(r.sitting.answers.late("1970-01-01T00:00:00Z"), 1);
  r.sitting.answer(1, null, "now");
  await r.time.advance(2000);
  assert.equal(r.sitting.answers.late("1970-01-01T00:00:00Z"), 0);
});

test("an answer that was refused is named before and after the hand-in, and no longer once it was changed", async () => {
  const r = new Room();
  r.refuses = 2;
  for (const slot of [1, 2, 3]) r.sitting.answer(slot, { choice: "a" }, "now");
  await r.time.advance(2000);
  assert.deepEqual(r.sitting.answers.refused(), [2]);
  assert.equal(r.sitting.answers.unsent(), 0, "nothing waits for the line");
  r.refuses = 0;
  r.sitting.answer(2, { choice: "b" }, "now");
  await r.time.advance(2000);
  assert.deepEqual(r.sitting.answers.refused(), []);
  r.refuses = 3;
  r.sitting.answer(3, { choice: "c" }, "now");
  void r.sitting.handIn.begin();
  await r.time.advance(5000);
  assert.equal(r.sitting.phase, "done");
  assert.deepEqual(r.sitting.handIn.notTaken, [3]);
});

test("whatever the line does, a sitting ends handed in with every last value", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = randomOf(seed);
    const r = new Room();
    const typed = new Map<number, string>();
    for (let i = 0; i < 60; i++) {
      r.online = random() < 0.6;
      if (r.sitting.writable()) {
        const slot = 1 + Math.floor(random() * 3);
        const choice = "abcd"[Math.floor(random() * 4)]!;
        r.sitting.answer(slot, { choice }, "now");
        typed.set(slot, text({ choice }));
      }
      await r.time.advance(15000 * random());
    }
    r.online = true;
    await r.time.advance(10 * minute);
    assert.equal(r.sitting.phase, "done", `seed ${seed}`);
    typed.forEach((value, slot) => assert.equal(r.server.current(slot), value, `seed ${seed} slot ${slot}`));
  }
});

test("an answer that met a pause is kept and goes up under its number when the clock runs", async () => {
  const r = new Room();
  r.pause();
  r.sitting.answer(1, { choice: "a" }, "now"); // the page does not know yet
  const seq = r.journal.get(1)?.seq;
  await r.time.advance(3000);
  assert.notEqual(r.sitting.pausedAt, null, "asked the heart-beat why");
  assert.equal(r.server.current(1), undefined);
  assert.equal(r.sitting.line(), "calm", "a pause is no lost line");
  await r.time.advance(60000);
  r.resume();
  await r.time.advance(25000);
  assert.equal(r.server.current(1), text({ choice: "a" }));
  assert.equal(r.journal.get(1)?.seq, seq);
  assert.equal(r.journal.unsent().length, 0);
});

// rule:attempt-promise-2
test("storage of an older state, opened without a line, brings no older answer back and loses no new one", async () => {
  const store = new MemoryStorage();
  const first = new Journal(store, "7", "tab");
  const server = new ServerModel();
  const send = (j: Journal) => server.apply(j.unsent().map((e) => ({ slot: e.slot, client_seq: e.seq!, response: e.response })));
  first.write(1, { choice: "a" }, 1000);
  first.write(2, { choice: "a" }, 1000);
  send(first);
  const older = store.copy(); // what the killed browser comes back with: both look unsent
  first.write(1, { choice: "b" }, 2000);
  first.write(3, { choice: "b" }, 2000);
  send(first);
  const r = new Room("mine", 10 * minute, { store: older, server });
  r.sitting.answer(3, { choice: "c" }, "now"); // typed after the reload
  await r.time.advance(5000);
  r.online = true;
  await r.time.advance(40000);
  assert.equal(server.current(1), text({ choice: "b" }), "the newer answer stays");
  assert.deepEqual(r.sitting.answers.response(1), { choice: "b" });
  assert.equal(server.current(2), text({ choice: "a" }));
  assert.equal(server.current(3), text({ choice: "c" }), "what was typed since goes up");
});

// rule:attempt-promise-1
test("a save that the server can't confirm is kept and sent again under its number", async () => {
  const r = new Room();
  const numbers: number[] = [];
  const apply = r.server.apply.bind(r.server);
  let refusals = 2;
  r.server.apply = (changes) => {
    numbers.push(...changes.map((c) => c.client_seq));
    const done = apply(changes); // it may well be in the journal: the commit's word was lost
    return refusals-- > 0 ? ({ kind: "busy", retryAfterMs: 1000 } as unknown as typeof done) : done;
  };
  r.sitting.answer(1, { choice: "a" }, "now");
  await r.time.advance(400);
  assert.equal(r.sitting.answers.slotState(1), "unsent", "nothing is called saved on a doubt");
  await r.time.advance(20000);
  assert.equal(r.sitting.answers.slotState(1), "saved");
  assert.equal(numbers.length, 3);
  assert.equal(new Set(numbers).size, 1, "the same number each time");
  assert.equal(r.server.journal.size, 1);
});
