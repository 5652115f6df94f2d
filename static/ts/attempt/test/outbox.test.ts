import assert from "node:assert/strict";
import test from "node:test";
import { Journal } from "../core/journal";
import { Outbox, type SendOutcome } from "../core/outbox";
import { sameResponse } from "../core/response";
import type { Change, Response } from "../core/types";
import { ServerModel, text } from "./server_model";
import { MemoryStorage, randomOf, VirtualTime } from "./virtual";

interface Line {
  lost: number; // share of requests and of replies that get lost
  busy: number; // share of 503
  late: number; // share of requests that the server gets a second time, much later
}

/** A page over a bad line to a model of the server; reload() is a new page on the same storage. */
class Bench {
  readonly time = new VirtualTime();
  readonly store = new MemoryStorage();
  readonly server = new ServerModel();
  readonly requests: Change[][] = [];
  inFlight = 0;
  mostInFlight = 0;
  line: Line = { lost: 0, busy: 0, late: 0 };
  answer: ((changes: Change[]) => SendOutcome) | null = null;
  journal!: Journal;
  outbox!: Outbox;

  constructor(readonly random: () => number) {
    this.reload();
  }

  reload(): void {
    const page = {};
    this.page = page;
    this.outbox?.stop("closed"); // the page that is left runs no more timers
    this.journal = new Journal(this.store, "7", "tab");
    this.journal.raise(this.server.lastSeq);
    this.inFlight = 0;
    this.outbox = new Outbox(this.journal, (c) => this.send(c, page), this.time, () => this.check(), this.random);
    this.outbox.flush();
  }

  /** Nothing is marked saved that is not what the server holds for the slot. */
  check(): void {
    for (const e of this.journal?.all() ?? []) {
      if (e.savedAt !== null) assert.equal(this.server.current(e.slot), text(e.response), `slot ${e.slot} shown as saved`);
    }
  }

  private page: object = {};

  private async send(changes: Change[], page: object): Promise<SendOutcome> {
    this.inFlight++;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    const outcome = await this.carry(structuredClone(changes));
    if (page !== this.page) return new Promise(() => undefined); // that page is gone
    this.inFlight--;
    return outcome;
  }

  private async carry(changes: Change[]): Promise<SendOutcome> {
    const roll = this.random;
    this.requests.push(changes);
    await this.time.sleep(20 + 200 * roll());
    if (roll() < this.line.late) this.time.after(30000 * roll(), () => void this.server.apply(changes));
    if (roll() < this.line.lost) return this.silence();
    if (roll() < this.line.busy) return { kind: "busy", retryAfterMs: 0 };
    const outcome = this.answer ? this.answer(changes) : this.server.apply(changes);
    await this.time.sleep(20 + 200 * roll());
    return roll() < this.line.lost ? this.silence() : outcome;
  }

  private async silence(): Promise<SendOutcome> {
    await this.time.sleep(3000);
    return { kind: "offline" };
  }
}

// rule:attempt-promise-2 rule:attempt-promise-3
test("every value typed last is what the server holds in the end, over any line and any reload", async () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = randomOf(seed);
    const b = new Bench(random);
    const typed = new Map<number, Response>();
    b.line = { lost: 0.4 * random(), busy: 0.4 * random(), late: 0.3 * random() };
    for (let i = 0; i < 40; i++) {
      const slot = 1 + Math.floor(random() * 6);
      const response: Response = random() < 0.1 ? null : { choice: "abcd"[Math.floor(random() * 4)]! };
      typed.set(slot, response);
      b.outbox.record(slot, response, b.time.now() + i, random() < 0.6 ? "now" : "text");
      await b.time.advance(4000 * random() * random());
      if (random() < 0.08) b.reload();
      b.check();
    }
    b.line = { lost: 0, busy: 0, late: 0 };
    await b.time.advance(120000);
    b.check();
    assert.equal(b.outbox.state().unsent, 0, `seed ${seed} drains`);
    typed.forEach((r, slot) => assert.equal(b.server.current(slot), text(r), `seed ${seed} slot ${slot}`));
    assert.ok(b.mostInFlight <= 1, "one request in flight");
  }
});

test("a choice goes at once, text 1 s after the last key and at most 10 s after the first", async () => {
  const b = new Bench(randomOf(1));
  b.outbox.record(1, { choice: "a" }, 0, "now");
  assert.equal(b.requests.length, 1);
  await b.time.advance(2000);
  b.outbox.record(2, { blanks: ["一"] }, 1, "text");
  await b.time.advance(900);
  b.outbox.record(2, { blanks: ["一二"] }, 2, "text");
  await b.time.advance(900);
  assert.equal(b.requests.length, 1, "still typing");
  await b.time.advance(200);
  assert.equal(b.requests.length, 2);
  await b.time.advance(2000);
  for (let i = 0; i < 20; i++) {
    b.outbox.record(3, { blanks: ["x".repeat(i + 1)] }, 3 + i, "text");
    await b.time.advance(600);
  }
  assert.ok(b.requests.length >= 3, "typing on and on is saved too");
});

test("changes while a request is in flight become one value per slot in the next", async () => {
  const b = new Bench(() => 0.5);
  b.outbox.record(1, { choice: "a" }, 0, "now");
  for (const c of ["b", "c", "d"]) b.outbox.record(1, { choice: c }, 1, "now");
  b.outbox.record(2, { choice: "a" }, 2, "now");
  await b.time.advance(2000);
  assert.equal(b.requests.length, 2);
  assert.deepEqual(b.requests[1]!.map((c) => [c.slot, c.response]), [[1, { choice: "d" }], [2, { choice: "a" }]]);
});

test("a body holds at most 100 changes", async () => {
  const b = new Bench(() => 0.5);
  b.answer = () => ({ kind: "offline" });
  for (let slot = 1; slot <= 130; slot++) b.outbox.record(slot, { choice: "a" }, slot, "now");
  b.answer = null;
  await b.time.advance(60000);
  assert.ok(b.requests.every((r) => r.length <= 100));
  assert.equal(b.outbox.state().unsent, 0);
});

test("a server that knows greater numbers makes the page renumber and send again", async () => {
  const b = new Bench(() => 0.5);
  b.server.lastSeq = 5000;
  b.outbox.record(1, { choice: "a" }, 0, "now");
  await b.time.advance(3000);
  assert.equal(b.server.current(1), text({ choice: "a" }));
});

test("losing the lease, the log-in or the attempt halts sending and keeps what is unsent", async () => {
  for (const [kind, halt] of [["lease_lost", "lease"], ["login", "login"], ["closed", "closed"]] as const) {
    const b = new Bench(() => 0.5);
    b.answer = () => ({ kind });
    b.outbox.record(1, { choice: "a" }, 0, "now");
    await b.time.advance(5000);
    assert.equal(b.outbox.state().halt, halt);
    assert.equal(b.outbox.state().unsent, 1);
    b.answer = null;
    b.outbox.resume();
    await b.time.advance(5000);
    assert.equal(b.outbox.state().unsent, halt === "closed" ? 1 : 0);
  }
});

test("what is no response to its question is named and not sent again, the others are saved", async () => {
  const b = new Bench(() => 0.5);
  b.answer = (changes) => ({
    kind: "results",
    results: changes.map((c) =>
      c.slot === 1 ? { slot: 1, client_seq: c.client_seq, status: "invalid" as const } : b.server.apply([c]).results[0]!,
    ),
  });
  b.outbox.record(1, { blanks: ["x"] }, 0, "text");
  b.outbox.record(2, { choice: "a" }, 1, "now");
  await b.time.advance(60000);
  assert.equal(b.requests.length, 1);
  assert.equal(b.journal.get(1)?.refused, true);
  b.outbox.record(1, { blanks: ["y"] }, 2, "now");
  assert.equal(b.journal.get(1)?.refused, undefined, "a new value is a new try");
});

test("a body that is refused as a whole is sent one by one: what is refused by itself is named, the others are saved", async () => {
  const b = new Bench(() => 0.5);
  b.answer = () => ({ kind: "offline" });
  for (const slot of [1, 2, 3]) b.outbox.record(slot, { choice: "a" }, slot, "now");
  await b.time.advance(2000);
  b.answer = (changes) => (changes.some((c) => c.slot === 2) ? { kind: "refused" } : b.server.apply(changes));
  await b.time.advance(60000);
  assert.deepEqual(b.journal.all().map((e) => [e.slot, e.savedAt !== null, e.refused === true]), [[1, true, false], [2, false, true], [3, true, false]]);
  const sent = b.requests.length;
  await b.time.advance(60000);
  assert.equal(b.requests.length, sent, "what was refused is not sent again");
  assert.equal(b.outbox.state().failures, 0);
});

test("a save that waits for its reply says since when", async () => {
  const b = new Bench(() => 0.5);
  await b.time.advance(1000);
  b.answer = () => ({ kind: "busy", retryAfterMs: 0 });
  b.outbox.record(1, { choice: "a" }, 0, "now");
  assert.equal(b.outbox.state().sendingSince, 1000);
  await b.time.advance(500);
  assert.equal(b.outbox.state().sendingSince, null);
});

test("back-off never ends and a tap does not wait for it", async () => {
  const b = new Bench(() => 0);
  b.line = { lost: 1, busy: 0, late: 0 };
  b.outbox.record(1, { choice: "a" }, 0, "now");
  await b.time.advance(600000);
  const before = b.requests.length;
  assert.ok(before > 30, `${before} tries in ten minutes`);
  await b.time.advance(18000);
  b.line = { lost: 0, busy: 0, late: 0 };
  b.outbox.retryNow();
  await b.time.advance(20000);
  assert.equal(b.outbox.state().unsent, 0);
});

test("a reload finds unsent answers and does not call them saved", () => {
  const store = new MemoryStorage();
  new Journal(store, "7", "tab").write(3, { choice: "b" }, 5);
  const again = new Journal(store, "7", "tab");
  assert.equal(again.unsent().length, 1);
  assert.ok(sameResponse(again.get(3)?.response, { choice: "b" }));
  assert.equal(again.get(3)?.savedAt, null);
});
