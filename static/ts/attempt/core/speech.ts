// Spoken answers. What the microphone gives comes in parts of some seconds; each is kept on this device, sent, and is a change of
// its slot once the server has it: nothing that was acknowledged depends on this page any more. A recording consists of takes: every
// time the recorder was stopped, by a button, a call or a reload, the next part begins a file of its own.
//
//   idle ── record ──▶ asking ── the microphone opens ──▶ recording ── stop | call | time | limit ──▶ idle
//                        └── denied, none, not supported ──▶ idle, with what is the matter
//
// Parts go out one after the other, behind each other's acknowledgement, beside the outbox; they never give up.

import type { Outcome } from "./api";
import { backoffMs } from "./backoff";
import type { Journal } from "./journal";
import type { Halt } from "./outbox";
import { sha256 } from "./sha256";
import type { Timers } from "./timer";
import type { Recording, Response } from "./types";

/** One part on its way. */
export interface SoundPart {
  slot: number;
  recording: string;
  part: number;
  /** It begins a file of its own. */
  begins: boolean;
  ms: number;
  sha256: string;
  sound: Uint8Array;
  /** When it was recorded, ms of this device's clock: parts of two recordings go out in their order. */
  at: number;
}

export interface PartReply {
  response: Response;
  saved_at: string;
  last_seq: number;
  news?: number;
  takes?: number;
}

/** Keeps parts over a reload; what it cannot keep lives in memory alone. */
export interface PartKeeper {
  put(p: SoundPart): void;
  remove(p: SoundPart): void;
  all(): Promise<SoundPart[]>;
  forget(): void;
}

export type MicProblem = "denied" | "absent" | "unsupported" | "failed";

/** A microphone that runs. */
export interface Take {
  /** Gives what it has, then ends. */
  stop(): void;
  /** Gives what it has now. */
  flush(): void;
}

export interface TakeEvents {
  sound(bytes: Uint8Array): void;
  /** The device took the microphone away: a call, a cable. */
  interrupted(): void;
  /** After the last sound. */
  ended(): void;
}

export type OpenMicrophone = (e: TakeEvents) => Promise<Take | MicProblem>;

export type SpeechProblem = MicProblem | "refused" | "many";

export interface SpeechState {
  phase: "idle" | "asking" | "recording";
  /** How long the recording is so far, and how much of it the server has. */
  ms: number;
  savedMs: number;
  interrupted: boolean;
  /** The limit stopped it. */
  full: boolean;
  problem: SpeechProblem | null;
  /** The files that the server has of it, to be listened to; parts tells one state of them from the next. */
  takes: number;
  parts: number;
}

export interface SpeechParts {
  save: (p: SoundPart) => Promise<Outcome<PartReply>>;
  journal: Journal;
  keep: PartKeeper;
  timers: Timers;
  /** The device's clock, ms. */
  today: () => number;
  open: OpenMicrophone;
  name: () => string;
  /** Sending is over or needs the person. */
  halted: (h: Halt) => void;
  news: (n: number) => void;
  /** The server has a recording that was taken back while a part of it was on its way: the slot is to be cleared once more. */
  unwanted: (slot: number) => void;
  changed: () => void;
  random?: () => number;
}

const tickMs = 250;

interface Running {
  slot: number;
  recording: string;
  limitMs: number;
  /** When the last part ended, on the monotonic clock. */
  mark: number;
  /** The next part begins a file. */
  begins: boolean;
  take: Take | null;
}

export class Speech {
  private queue: SoundPart[] = [];
  private running: Running | null = null;
  private readonly interrupted = new Set<number>();
  private readonly full = new Set<number>();
  private readonly problems = new Map<number, SpeechProblem>();
  private readonly takes = new Map<number, number>();
  /** Recordings that were taken back while a part of them was on its way. */
  private readonly dropped = new Set<string>();
  private sending = false;
  private halt: Halt = "";
  private failures = 0;
  private cancelTimer: (() => void) | null = null;
  private waiters: Array<() => void> = [];

  constructor(private readonly p: SpeechParts) {}

  /** What an earlier load of the page left unsent goes first. */
  async restore(): Promise<void> {
    const left = await this.p.keep.all();
    this.queue = [...left.sort((a, b) => a.at - b.at || a.part - b.part), ...this.queue];
    this.resume();
  }

  /** How many files the server has of a slot's recording, as the sheet tells. */
  told(slot: number, takes: number): void {
    this.takes.set(slot, takes);
  }

  state(slot: number): SpeechState {
    const mine = this.running?.slot === slot ? this.running : null;
    const saved = this.saved(slot);
    const recording = mine?.recording ?? this.newest(slot) ?? saved?.name ?? "";
    const base = saved && saved.name === recording ? saved : null;
    const waiting = this.queue.filter((q) => q.recording === recording).reduce((ms, q) => ms + q.ms, 0);
    const now = mine?.take ? this.p.timers.now() - mine.mark : 0;
    return {
      phase: mine ? (mine.take ? "recording" : "asking") : "idle",
      ms: (base?.ms ?? 0) + waiting + now,
      savedMs: base?.ms ?? 0,
      interrupted: this.interrupted.has(slot),
      full: this.full.has(slot),
      problem: this.problems.get(slot) ?? null,
      takes: saved ? (this.takes.get(slot) ?? 0) : 0,
      parts: saved?.parts ?? 0,
    };
  }

  /** Slots with sound that the server has not. */
  pending(): number {
    return new Set([...this.queue.map((q) => q.slot), ...(this.running?.take ? [this.running.slot] : [])]).size;
  }

  has(slot: number): boolean {
    return this.queued(slot).length > 0;
  }

  /** Records, behind what there is, or anew: what there was counts until the first part of the new one is saved. */
  async record(slot: number, limitSeconds: number, anew: boolean): Promise<void> {
    if (this.running || this.halt === "closed") return;
    const old = this.state(slot);
    const known = this.newest(slot) ?? this.saved(slot)?.name;
    if (!anew && old.ms >= limitSeconds * 1000) return;
    const run: Running = {
      slot, recording: anew || known === undefined ? this.p.name() : known, limitMs: limitSeconds * 1000, mark: 0, begins: true, take: null,
    };
    this.running = run;
    for (const s of [this.interrupted, this.full]) s.delete(slot);
    this.problems.delete(slot);
    this.p.changed();
    const take = await this.p.open({
      sound: (bytes) => this.sound(run, bytes),
      interrupted: () => this.interrupted.add(slot),
      ended: () => this.ended(run),
    });
    if (typeof take === "string") {
      this.running = null;
      this.problems.set(slot, take);
      this.p.changed();
      this.settle();
      return;
    }
    if (this.running !== run) {
      take.stop(); // the time was up while the browser asked for its permission
      return;
    }
    run.take = take;
    run.mark = this.p.timers.now();
    this.watch(run);
    this.p.changed();
  }

  stop(): void {
    if (this.running?.take) this.running.take.stop();
    else this.running = null;
    this.p.changed();
    this.settle();
  }

  /** The page is being hidden: what is recorded by now goes out. */
  flush(): void {
    this.running?.take?.flush();
  }

  /** Takes a slot's recording back; the caller clears the answer. */
  discard(slot: number): void {
    if (this.running?.slot === slot) this.stop();
    for (const q of this.queued(slot)) {
      this.dropped.add(q.recording);
      this.p.keep.remove(q);
    }
    const first = this.sending ? this.queue[0] : undefined;
    this.queue = this.queue.filter((q) => q.slot !== slot || q === first);
    for (const s of [this.interrupted, this.full]) s.delete(slot);
    this.problems.delete(slot);
    this.p.changed();
  }

  /** After log-in, take-over or a pause. */
  resume(): void {
    if (this.halt === "closed") return;
    this.halt = "";
    this.failures = 0;
    this.stopTimer();
    void this.pump();
  }

  /** A tap on 立即重试, or a sign that the line is back. */
  retryNow(): void {
    if (this.sending || this.halt !== "") return;
    this.stopTimer();
    void this.pump();
  }

  /** Resolves when nothing is on its way any more, or nothing can be. */
  drained(): Promise<void> {
    this.stop();
    return new Promise((done) => {
      this.waiters.push(done);
      this.retryNow();
      this.settle();
    });
  }

  /** The attempt is over: nothing is kept on this device. */
  forget(): void {
    this.halt = "closed";
    this.queue = [];
    this.p.keep.forget();
  }

  private saved(slot: number): Recording | null {
    const r = this.p.journal.get(slot)?.response;
    return r && "recording" in r ? r.recording : null;
  }

  private newest(slot: number): string | undefined {
    const q = this.queued(slot);
    return q[q.length - 1]?.recording;
  }

  private queued(slot: number): SoundPart[] {
    return this.queue.filter((q) => q.slot === slot && !this.dropped.has(q.recording));
  }

  private sound(run: Running, bytes: Uint8Array): void {
    if (run.take === null) return; // the microphone opened after it was stopped: nobody spoke
    const now = this.p.timers.now();
    const ms = Math.round(now - run.mark);
    if (bytes.length === 0 || ms < 1 || this.halt === "closed" || this.dropped.has(run.recording)) return; // of no sound the time goes to the next one
    run.mark = now;
    const saved = this.saved(run.slot);
    const parts = this.queue.filter((q) => q.recording === run.recording).map((q) => q.part);
    const part = Math.max(0, saved?.name === run.recording ? saved.parts : 0, ...parts) + 1;
    const p = { slot: run.slot, recording: run.recording, part, begins: run.begins, ms, sha256: hex(sha256(bytes)), sound: bytes, at: this.p.today() };
    run.begins = false;
    this.queue.push(p);
    this.p.keep.put(p);
    if (!this.sending && this.failures === 0) void this.pump();
    this.p.changed();
  }

  private ended(run: Running): void {
    if (this.running === run) this.running = null;
    this.p.changed();
    this.settle();
  }

  /** Stops at the question's limit. */
  private watch(run: Running): void {
    if (this.running !== run) return;
    if (this.state(run.slot).ms >= run.limitMs) {
      this.full.add(run.slot);
      this.stop();
      return;
    }
    this.p.timers.after(tickMs, () => this.watch(run));
  }

  private async pump(): Promise<void> {
    const p = this.queue[0];
    if (this.sending || this.halt !== "" || p === undefined) {
      this.settle();
      return;
    }
    this.sending = true;
    const o = await this.p.save(p);
    this.sending = false;
    this.take(p, o);
    this.p.changed();
    this.settle();
    if (this.halt === "" && this.failures === 0 && this.queue.length > 0) void this.pump();
  }

  private take(p: SoundPart, o: Outcome<PartReply>): void {
    switch (o.kind) {
      case "ok":
        this.failures = 0;
        this.queue.shift();
        this.p.keep.remove(p);
        this.p.journal.raise(o.body.last_seq);
        if (this.dropped.has(p.recording)) {
          if (this.saved(p.slot) === null && !this.has(p.slot)) this.p.unwanted(p.slot);
          return;
        }
        this.p.journal.adopt(p.slot, o.body.response, o.body.saved_at);
        this.takes.set(p.slot, o.body.takes ?? 0);
        this.p.news(o.body.news ?? 0);
        return;
      case "closed":
        this.stopFor("closed");
        this.forget();
        return;
      case "lease_lost":
        this.stopFor("lease");
        return;
      case "login":
        this.stopFor("login");
        return;
      case "paused":
        this.stopFor("paused");
        return;
      case "denied":
        if (o.status === 403 || o.status === 404) this.stopFor("login");
        else this.give(p, "refused");
        return;
      case "conflict":
        this.give(p, o.body.type?.endsWith("recordings_many") ? "many" : "refused");
        return;
      default: {
        this.failures++;
        const wait = backoffMs(this.failures, this.p.random ?? Math.random, "retryAfterMs" in o ? o.retryAfterMs : 0);
        this.stopTimer();
        this.cancelTimer = this.p.timers.after(wait, () => void this.pump());
      }
    }
  }

  /** The server takes no part of this recording any more; what it has stays the answer. */
  private give(p: SoundPart, problem: SpeechProblem): void {
    this.problems.set(p.slot, problem);
    for (const q of this.queue.filter((q) => q.recording === p.recording)) this.p.keep.remove(q);
    this.queue = this.queue.filter((q) => q.recording !== p.recording);
    if (this.running?.recording === p.recording) {
      this.dropped.add(p.recording);
      this.stop();
    }
  }

  private stopFor(h: Halt): void {
    this.halt = h;
    this.stop();
    this.p.halted(h);
  }

  private settle(): void {
    if (this.halt === "" && (this.queue.length > 0 || this.running?.take)) return;
    const waiters = this.waiters;
    this.waiters = [];
    waiters.forEach((w) => w());
  }

  private stopTimer(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

/** A name for a fresh recording. */
export function recordingName(): string {
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from(crypto.getRandomValues(new Uint8Array(26)), (b) => letters[b % letters.length]).join("");
}
