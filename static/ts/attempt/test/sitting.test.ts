import assert from "node:assert/strict";
import test from "node:test";
import type { Api, Outcome } from "../core/api";
import { ExamClock } from "../core/clock";
import { Journal } from "../core/journal";
import { Sitting } from "../core/sitting";
import type { News } from "../core/teller";
import { Tidings } from "../core/tidings";
import type { Change, HeartbeatReply, Notice, PageEvent, StartReply, Warning } from "../core/types";
import { silent } from "./silent";
import { ServerModel, text } from "./server_model";
import { MemoryStorage, randomOf, VirtualTime } from "./virtual";

const minute = 60000;

/** A sitting over a model of the whole attempt: lease, deadline, hand-in. */
class Room {
  readonly time = new VirtualTime();
  readonly server: ServerModel;
  readonly journal: Journal;
  readonly clock = new ExamClock(() => this.time.now(), () => 1e12 + this.time.now());
  readonly news: News[] = [];
  readonly tidings = new Tidings(new MemoryStorage(), "7");
  /** What the invigilators did. */
  pausedAt: string | null = null;
  newsCount = 0;
  notices: Notice[] = [];
  warnings: Warning[] = [];
  beats = 0;
  /** Kinds of what was noticed, as beats and partings brought them. */
  heard: string[] = [];
  online = true;
  loggedIn = true;
  holder = "mine";
  deadline: number;
  state = "open";
  submits = 0;
  /** A slot whose answers the server will not take. */
  refuses = 0;
  readonly sitting: Sitting;

  /** before is what an earlier load of the page left: its storage and the server; then the page starts from its kept sheet. */
  constructor(lease: string | null = "mine", deadline = 10 * minute, before?: { store: MemoryStorage; server: ServerModel }) {
    this.deadline = deadline;
    this.online = before === undefined;
    this.server = before?.server ?? new ServerModel();
    this.journal = new Journal(before?.store ?? new MemoryStorage(), "7", "tab");
    const api = this.api(lease);
    if (before) this.clock.estimate(deadline, "2026-01-05T01:10:00Z", false);
    else this.sync();
    this.sitting = new Sitting(before ? { ...this.sheet(lease), responses: [] } : this.sheet(lease), {
      unheard: before !== undefined,
      api, speech: silent(this.journal, this.time), journal: this.journal, clock: this.clock, timers: this.time, tidings: this.tidings,
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
      .map((s) => ({ slot: s.slot, client_seq: this.server.newest(s.slot), response: JSON.parse(this.server.current(s.slot)!), saved_at: new Date(this.time.now()).toISOString() }));
    return { attempt: { id: "7", exam_id: "3", state: this.state, started_at: "" }, lease, paper: { slots }, responses };
  }

  private sync(): void {
    const at = new Date(Date.parse("2026-01-05T01:00:00Z") + this.deadline).toISOString();
    this.clock.sync(this.left(), new Date(1e12 + this.time.now()).toISOString(), at, this.time.now(), this.pausedAt !== null);
  }

  private left(): number {
    return this.deadline - (this.pausedAt === null ? this.time.now() : this.stoodAt);
  }

  private stoodAt = 0;

  pause(): void {
    this.stoodAt = this.time.now();
    this.pausedAt = new Date(this.stoodAt).toISOString();
    this.newsCount++;
  }

  resume(): void {
    this.deadline += this.time.now() - this.stoodAt;
    this.pausedAt = null;
    this.newsCount++;
  }

  tell(n: Notice): void {
    this.notices.push(n);
    this.newsCount++;
  }

  beat(): HeartbeatReply {
    return { state: this.state, paused_at: this.pausedAt, news: this.newsCount, notices: this.notices, warnings: this.warnings };
  }

  /** An event of the stream, as main.ts takes it. */
  event(): void {
    this.sync();
    this.sitting.heard(this.beat());
  }

  private apply(changes: Change[]): ReturnType<ServerModel["apply"]> {
    const refused = changes.filter((c) => c.slot === this.refuses);
    const invalid = refused.map(({ slot, client_seq }) => ({ slot, client_seq, status: "invalid" as const }));
    const applied = this.server.apply(changes.filter((c) => !refused.includes(c)));
    return invalid.length === 0 ? applied : { kind: "results", results: [...applied.results, ...invalid] };
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
        if (this.pausedAt !== null) {
          await this.time.sleep(50);
          return { kind: "paused" };
        }
        const o = await this.reply(api.lease, () => ({ ...this.apply(c), news: this.newsCount }));
        return o.kind === "ok" ? o.body : o;
      },
      heartbeat: (events: PageEvent[]) => {
        this.beats++;
        return this.reply(api.lease, () => {
          this.heard.push(...events.map((e) => e.kind));
          return this.beat();
        });
      },
      read: async () => {
        await this.time.sleep(50);
        return this.online ? { kind: "ok", created: false, body: this.sheet(api.lease === this.holder ? this.holder : null) } : { kind: "offline" };
      },
      takeOver: () => this.reply(null, () => this.sheet((this.holder = "mine again"))),
      submit: () =>
        this.reply(api.lease, () => {
          this.submits++;
          this.state = "submitted";
          return { receipt: { attempt_id: "7", submitted_at: "", answered: 1, journal_head: "x" } };
        }),
      part: () => undefined,
      partNote: (events: PageEvent[]) => this.heard.push(...events.map((e) => "parting " + e.kind)),
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

test("an answer that was refused is named before and after the hand-in, and no longer once it was changed", async () => {
  const r = new Room();
  r.refuses = 2;
  for (const slot of [1, 2, 3]) r.sitting.answer(slot, { choice: "a" }, "now");
  await r.time.advance(2000);
  assert.deepEqual(r.sitting.refused(), [2]);
  assert.equal(r.sitting.unsent(), 0, "nothing waits for the line");
  r.refuses = 0;
  r.sitting.answer(2, { choice: "b" }, "now");
  await r.time.advance(2000);
  assert.deepEqual(r.sitting.refused(), []);
  r.refuses = 3;
  r.sitting.answer(3, { choice: "c" }, "now");
  void r.sitting.handIn();
  await r.time.advance(5000);
  assert.equal(r.sitting.phase, "done");
  assert.deepEqual(r.sitting.notTaken, [3]);
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

test("a pause takes a hand-in back that waits for the line", async () => {
  const r = new Room();
  r.online = false;
  r.sitting.answer(1, { choice: "a" }, "now");
  void r.sitting.handIn();
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
  assert.equal(r.sitting.ended, "early");
  assert.equal(r.submits, 0);
});

test("the own hand-in whose reply was overtaken by the stream is the own one", async () => {
  const r = new Room();
  void r.sitting.handIn();
  await r.time.advance(120);
  r.state = "submitted";
  r.event();
  await r.time.advance(2000);
  assert.equal(r.sitting.phase, "done");
  assert.notEqual(r.sitting.ended, "early");
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
  r.sitting.cameBack({ kind: "returned", at_ms: 5, length_ms: 60000 });
  await r.time.advance(25000);
  assert.deepEqual(r.heard.slice(2), ["paste", "returned"]);
  r.pause();
  r.event();
  r.sitting.leave({ kind: "left", at_ms: 6, length_ms: 0 });
  assert.equal(r.heard.length, 4, "while the clock stands anybody may go");
});

test("a return to an attempt that another page holds is told once it is taken over", async () => {
  const r = new Room(null);
  r.sitting.cameBack({ kind: "returned", at_ms: 5, length_ms: 60000 });
  await r.time.advance(25000);
  assert.deepEqual(r.heard, []);
  await Promise.all([r.sitting.takeOver(), r.time.advance(3000)]);
  await r.time.advance(25000);
  assert.deepEqual(r.heard, ["returned"]);
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
  assert.deepEqual(r.sitting.response(1), { choice: "b" });
  assert.equal(server.current(2), text({ choice: "a" }));
  assert.equal(server.current(3), text({ choice: "c" }), "what was typed since goes up");
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
  assert.equal(r.sitting.slotState(1), "unsent", "nothing is called saved on a doubt");
  await r.time.advance(20000);
  assert.equal(r.sitting.slotState(1), "saved");
  assert.equal(numbers.length, 3);
  assert.equal(new Set(numbers).size, 1, "the same number each time");
  assert.equal(r.server.journal.size, 1);
});
