import assert from "node:assert/strict";
import test from "node:test";
import type { Outcome } from "../core/api";
import { Journal } from "../core/journal";
import type { Halt } from "../core/outbox";
import { answered } from "../core/response";
import { sha256 } from "../core/sha256";
import { recordingName, Speech, type MicProblem, type PartReply, type SoundPart, type Take, type TakeEvents } from "../core/speech";
import type { Recording } from "../core/types";
import { MemoryStorage, VirtualTime } from "./virtual";

/** A microphone that gives a part every five seconds, and what it has when it is stopped. */
class Mic {
  problem: MicProblem | null = null;
  events: TakeEvents | null = null;
  opened = 0;
  private cancel: () => void = () => undefined;

  constructor(private readonly time: VirtualTime) {}

  open = async (e: TakeEvents): Promise<Take | MicProblem> => {
    await Promise.resolve();
    this.opened++;
    if (this.problem) return this.problem;
    this.events = e;
    let n = 0;
    const give = () => e.sound(Uint8Array.from([this.opened, ++n]));
    const next = () => (this.cancel = this.time.after(5000, () => (give(), next())));
    next();
    return {
      flush: give,
      stop: () => {
        this.cancel();
        this.time.after(0, () => (give(), e.ended()));
      },
    };
  };

  call(): void {
    this.events?.interrupted();
    this.cancel();
    this.time.after(0, () => this.events?.ended());
  }
}

class Booth {
  readonly time: VirtualTime;
  readonly journal = new Journal(new MemoryStorage(), "7", "tab");
  readonly mic: Mic;
  readonly halts: Halt[] = [];
  kept: SoundPart[] = [];
  /** What the server has, and how it answers. */
  parts: SoundPart[];
  online = true;
  refusal: Outcome<PartReply> | null = null;
  names = 0;
  readonly unwanted: number[] = [];
  readonly speech: Speech;

  constructor(before?: Booth) {
    this.time = before?.time ?? new VirtualTime();
    this.parts = before?.parts ?? [];
    this.kept = before?.kept ?? [];
    this.mic = new Mic(this.time);
    if (before) this.journal.adopt(1, before.response(), "2026-01-05T01:00:00Z");
    this.speech = new Speech({
      save: (p) => this.save(p), journal: this.journal, timers: this.time, today: () => 1e12 + this.time.now(), open: this.mic.open, name: () => "recording" + ++this.names,
      keep: {
        put: (p) => this.kept.push(p),
        remove: (p) => (this.kept = this.kept.filter((k) => k.recording !== p.recording || k.part !== p.part)),
        all: () => Promise.resolve([...this.kept]),
        forget: () => (this.kept = []),
      },
      halted: (h) => this.halts.push(h), news: () => undefined, unwanted: (slot) => this.unwanted.push(slot), changed: () => undefined, random: () => 0,
    });
  }

  /** The server's answer of slot 1: the recording whose part came last. */
  response(): { recording: Recording } | null {
    const last = this.parts[this.parts.length - 1];
    if (!last) return null;
    const mine = this.parts.filter((p) => p.recording === last.recording);
    return { recording: { name: last.recording, parts: mine.length, ms: mine.reduce((n, p) => n + p.ms, 0), sha256: "" } };
  }

  local(): Recording | null {
    const r = this.journal.get(1)?.response;
    return r && "recording" in r ? r.recording : null;
  }

  private async save(p: SoundPart): Promise<Outcome<PartReply>> {
    await this.time.sleep(100);
    if (!this.online) return { kind: "offline" };
    if (this.refusal) return this.refusal;
    const again = this.parts.find((k) => k.recording === p.recording && k.part === p.part);
    if (again) assert.equal(again.sha256, p.sha256);
    else {
      assert.equal(p.part, this.parts.filter((k) => k.recording === p.recording).length + 1, "parts come in their order");
      this.parts.push(p);
    }
    const takes = this.parts.filter((k) => k.recording === p.recording && k.begins).length;
    return { kind: "ok", created: false, body: { response: this.response(), saved_at: "2026-01-05T01:00:00Z", last_seq: this.parts.length, takes } };
  }
}

const record = (b: Booth, limit = 60, anew = false) => b.speech.record(1, limit, anew);

test("every five seconds are saved while the rest is recorded", async () => {
  const b = new Booth();
  await record(b);
  await b.time.advance(12_000);
  assert.deepEqual(b.parts.map((p) => [p.part, p.begins, p.ms]), [[1, true, 5000], [2, false, 5000]]);
  const s = b.speech.state(1);
  assert.deepEqual([s.phase, s.ms, s.savedMs, b.speech.pending()], ["recording", 12_000, 10_000, 1]);
  b.speech.stop();
  await b.time.advance(500);
  const end = b.speech.state(1);
  assert.deepEqual([end.phase, end.ms, end.savedMs, end.takes, b.speech.pending(), b.kept.length], ["idle", 12_000, 12_000, 1, 0, 0]);
  assert.ok(answered(b.journal.get(1)?.response));
  assert.equal(b.parts[0]!.sha256, Array.from(sha256(b.parts[0]!.sound), (x) => x.toString(16).padStart(2, "0")).join(""));
});

test("it stops at the limit, and does not go on behind it", async () => {
  const b = new Booth();
  await record(b, 12);
  await b.time.advance(20_000);
  const s = b.speech.state(1);
  assert.deepEqual([s.phase, s.full, s.ms], ["idle", true, 12_000]);
  await record(b, 12);
  assert.equal(b.mic.opened, 1);
});

test("a call pauses it; it goes on as a new take of the same recording", async () => {
  const b = new Booth();
  await record(b);
  await b.time.advance(10_200);
  b.mic.call();
  await b.time.advance(500);
  const s = b.speech.state(1);
  assert.deepEqual([s.phase, s.interrupted, s.savedMs], ["idle", true, 10_000]);
  await record(b);
  await b.time.advance(5200);
  b.speech.stop();
  await b.time.advance(500);
  assert.deepEqual(b.parts.map((p) => [p.recording, p.part, p.begins]).slice(1, 3), [["recording1", 2, false], ["recording1", 3, true]]);
  assert.deepEqual([b.speech.state(1).takes, b.speech.state(1).interrupted], [2, false]);
});

test("recorded anew: the earlier one counts until the first part of the other is saved", async () => {
  const b = new Booth();
  await record(b);
  await b.time.advance(5200);
  b.speech.stop();
  await b.time.advance(500);
  await record(b, 60, true);
  await b.time.advance(4000);
  assert.equal(b.local()?.name, "recording1");
  await b.time.advance(1500);
  assert.deepEqual([b.local()?.name, b.local()?.parts], ["recording2", 1]);
});

test("without a line it waits on this device, and goes out in order after a reload", async () => {
  const b = new Booth();
  await record(b);
  await b.time.advance(5200);
  b.online = false;
  await b.time.advance(10_000);
  b.speech.stop();
  await b.time.advance(500);
  assert.ok(b.speech.has(1));
  assert.deepEqual([b.parts.length, b.kept.length], [1, 3]);
  const after = new Booth(b);
  await after.speech.restore();
  await after.time.advance(2000);
  assert.deepEqual(after.parts.map((p) => p.part), [1, 2, 3, 4]);
  assert.deepEqual([after.local()?.parts, after.kept.length, after.speech.has(1)], [4, 0, false]);
  await record(after);
  await after.time.advance(5200);
  assert.deepEqual([after.parts[4]!.recording, after.parts[4]!.part, after.parts[4]!.begins], ["recording1", 5, true]);
});

test("of two recordings that wait, the later one counts after a reload", async () => {
  const b = new Booth();
  b.online = false;
  await record(b);
  await b.time.advance(5200);
  b.speech.stop();
  await b.time.advance(200);
  await record(b, 60, true);
  await b.time.advance(5200);
  b.speech.stop();
  await b.time.advance(200);
  b.kept.reverse();
  const after = new Booth(b);
  await after.speech.restore();
  await after.time.advance(5000);
  assert.equal(after.local()?.name, "recording2");
});

test("a lost answer is asked for again, and the server has the part once", async () => {
  const b = new Booth();
  await record(b);
  await b.time.advance(5050); // on its way
  const twice = new Booth(b);
  await twice.speech.restore();
  await twice.time.advance(1000);
  assert.deepEqual([twice.parts.length, twice.local()?.parts], [1, 1]);
});

test("taken back while a part is on its way, it stays taken back", async () => {
  const b = new Booth();
  await record(b);
  await b.time.advance(5050);
  b.speech.discard(1);
  b.journal.write(1, null, 1);
  await b.time.advance(3000);
  assert.equal(b.journal.get(1)?.response, null);
  assert.deepEqual([b.speech.has(1), b.speech.state(1).ms, b.kept.length], [false, 0, 0]);
  assert.deepEqual([b.parts.length, b.unwanted], [1, [1]], "the server took the part behind the clearing: the slot is cleared again");
});

test("a microphone that opens after it was stopped gives no answer", async () => {
  const b = new Booth();
  await b.time.advance(60_000);
  const opening = b.speech.record(1, 60, false);
  b.speech.stop();
  await opening;
  await b.time.advance(3000);
  assert.deepEqual([b.parts.length, b.kept.length, b.speech.has(1), b.speech.state(1).phase], [0, 0, false, "idle"]);
});

test("a lost lease, an ended log-in and a pause keep what is here until it may go on", async () => {
  const refusals: [Outcome<PartReply>, Halt][] = [[{ kind: "lease_lost", body: {} }, "lease"], [{ kind: "login" }, "login"], [{ kind: "paused" }, "paused"]];
  for (const [refusal, halt] of refusals) {
    const b = new Booth();
    b.refusal = refusal;
    await record(b);
    await b.time.advance(6000);
    assert.deepEqual([b.halts, b.speech.state(1).phase, b.speech.has(1)], [[halt], "idle", true]);
    await b.time.advance(60_000);
    assert.equal(b.parts.length, 0);
    b.refusal = null;
    b.speech.resume();
    await b.time.advance(1000);
    assert.equal(b.local()?.parts, b.parts.length);
    assert.equal(b.speech.has(1), false);
  }
});

test("after the hand-in nothing is kept and nothing is recorded", async () => {
  const b = new Booth();
  b.refusal = { kind: "closed", body: {} };
  await record(b);
  await b.time.advance(6000);
  assert.deepEqual([b.halts, b.kept.length, b.speech.pending()], [["closed"], 0, 0]);
  await record(b);
  assert.equal(b.mic.opened, 1);
});

test("what the server does not take is told, and what it has stays the answer", async () => {
  const b = new Booth();
  await record(b);
  await b.time.advance(5200);
  b.refusal = { kind: "denied", status: 422, body: {} };
  await b.time.advance(5200);
  assert.deepEqual([b.speech.state(1).problem, b.speech.has(1), b.local()?.parts], ["refused", false, 1]);
  b.refusal = { kind: "conflict", body: { type: "/problems/exam.recordings_many" } };
  await record(b, 60, true);
  await b.time.advance(5200);
  assert.deepEqual([b.speech.state(1).problem, b.local()?.name], ["many", "recording1"]);
});

test("no microphone is said, and tried again", async () => {
  const b = new Booth();
  b.mic.problem = "denied";
  await record(b);
  assert.deepEqual([b.speech.state(1).problem, b.speech.state(1).phase], ["denied", "idle"]);
  b.mic.problem = null;
  await record(b);
  assert.deepEqual([b.speech.state(1).problem, b.speech.state(1).phase], [null, "recording"]);
});

test("the hand-in waits for the last part", async () => {
  const b = new Booth();
  await record(b);
  await b.time.advance(7000);
  b.online = false;
  let done = false;
  void b.speech.drained().then(() => (done = true));
  await b.time.advance(20_000);
  assert.equal(done, false);
  b.online = true;
  await b.time.advance(20_000);
  assert.ok(done);
  assert.deepEqual([b.local()?.parts, b.local()?.ms], [2, 7000]);
});

test("a name that the server takes", () => {
  assert.ok(/^[a-z0-9]{26}$/.test(recordingName()));
  assert.notEqual(recordingName(), recordingName());
});
