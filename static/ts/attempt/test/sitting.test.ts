import assert from "node:assert/strict";
import test from "node:test";
import type { Api, Outcome } from "../core/api";
import { ExamClock } from "../core/clock";
import { Journal } from "../core/journal";
import { Sitting, type News } from "../core/sitting";
import type { Change, StartReply } from "../core/types";
import { ServerModel, text } from "./server_model";
import { MemoryStorage, randomOf, VirtualTime } from "./virtual";

const minute = 60000;

/** A sitting over a model of the whole attempt: lease, deadline, hand-in. */
class Room {
  readonly time = new VirtualTime();
  readonly server = new ServerModel();
  readonly journal = new Journal(new MemoryStorage(), "7", "tab");
  readonly clock = new ExamClock(() => this.time.now(), () => 1e12 + this.time.now());
  readonly news: News[] = [];
  online = true;
  loggedIn = true;
  holder = "mine";
  deadline: number;
  state = "open";
  submits = 0;
  readonly sitting: Sitting;

  constructor(lease: string | null = "mine", deadline = 10 * minute) {
    this.deadline = deadline;
    const api = this.api(lease);
    this.sync();
    this.sitting = new Sitting(this.sheet(lease), {
      api, journal: this.journal, clock: this.clock, timers: this.time,
      changed: () => undefined, news: (n) => this.news.push(n),
    });
    this.clock.onMoved = (by) => this.sitting.deadlineMoved(by);
    this.sitting.run();
  }

  said(kind: string): boolean {
    return this.news.some((n) => n.kind === kind);
  }

  private sheet(lease: string | null): StartReply {
    const slots = [1, 2, 3].map((slot) => ({ slot, type: "single", points: 1, stem: "", options: [{ id: "a", text: "" }] }));
    const responses = slots
      .filter((s) => this.server.current(s.slot) !== undefined)
      .map((s) => ({ slot: s.slot, client_seq: 1, response: JSON.parse(this.server.current(s.slot)!), saved_at: new Date(this.time.now()).toISOString() }));
    return { attempt: { id: "7", exam_id: "3", state: this.state, started_at: "" }, lease, paper: { slots }, responses };
  }

  private sync(): void {
    const at = new Date(Date.parse("2026-01-05T01:00:00Z") + this.deadline).toISOString();
    this.clock.sync(this.deadline - this.time.now(), new Date(1e12 + this.time.now()).toISOString(), at, this.time.now());
  }

  private async reply<T>(lease: string | null, ok: () => T): Promise<Outcome<T>> {
    await this.time.sleep(50);
    if (!this.online) return { kind: "offline" };
    if (!this.loggedIn) return { kind: "login" };
    if (lease !== null && lease !== this.holder) return { kind: "lease_lost", body: {} };
    if (this.state !== "open") return { kind: "closed", body: {} };
    this.sync();
    return { kind: "ok", created: false, body: ok() };
  }

  private api(first: string | null): Api {
    const api = {
      attempt: "7",
      lease: first,
      save: async (c: Change[]) => {
        const o = await this.reply(api.lease, () => this.server.apply(c));
        return o.kind === "ok" ? o.body : o;
      },
      heartbeat: () => this.reply(api.lease, () => ({})),
      read: async () => {
        await this.time.sleep(50);
        return this.online ? { kind: "ok", created: false, body: this.sheet(null) } : { kind: "offline" };
      },
      takeOver: () => this.reply(null, () => this.sheet((this.holder = "mine again"))),
      submit: () =>
        this.reply(api.lease, () => {
          this.submits++;
          this.state = "submitted";
          return { receipt: { attempt_id: "7", submitted_at: "", answered: 1, journal_head: "x" } };
        }),
      part: () => undefined,
    };
    return api as unknown as Api;
  }
}

test("hand-in sends what is unsent first and then happens once", async () => {
  const r = new Room();
  r.online = false;
  r.sitting.answer(1, { choice: "a" }, "now");
  void r.sitting.handIn();
  await r.time.advance(30000);
  assert.equal(r.sitting.phase, "handing_in");
  assert.equal(r.submits, 0, "not before the answer is up");
  r.online = true;
  await r.time.advance(20000);
  assert.equal(r.sitting.phase, "done");
  assert.equal(r.submits, 1);
  assert.equal(r.server.current(1), text({ choice: "a" }));
});

test("going on while the upload waits takes the hand-in back", async () => {
  const r = new Room();
  r.online = false;
  r.sitting.answer(1, { choice: "a" }, "now");
  void r.sitting.handIn();
  await r.time.advance(3000);
  r.sitting.cancelHandIn();
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
  assert.equal(r.sitting.timeUp, true);
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
  void r.sitting.handIn();
  await r.time.advance(5000);
  assert.equal(r.sitting.line(), "login");
  assert.equal(r.journal.unsent().length, 1);
  r.loggedIn = true;
  r.sitting.loggedIn();
  await r.time.advance(5000);
  assert.equal(r.sitting.phase, "done");
  assert.equal(r.server.current(1), text({ choice: "a" }));
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
