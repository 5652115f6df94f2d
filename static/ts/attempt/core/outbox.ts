// The outbox sends what the journal has unsent: one request in flight, all unsent slots in
// it, the newest value of each. It never gives up and never blocks typing.
//
//   idle ── change ──▶ due ── timer ──▶ sending ── saved ──▶ idle
//                       ▲                 │ no answer, 5xx, 429
//                       └── back-off ◀────┘
//   sending ── 409 out of order ──▶ renumber, send again
//   sending ── 401 ──▶ halted: login ── resume() ──▶ sending
//   sending ── 409 lost lease ──▶ halted: lease ── resume() after take-over ──▶ sending
//   sending ── 409 paused ──▶ halted: paused ── resume() when the clock runs ──▶ sending
//   sending ── 409 of another section than the present one ──▶ told and not sent again
//   sending ── 4xx for the whole ──▶ one by one; refused by itself, a change is told and not sent again
//   sending ── 410 ──▶ halted: closed (for good)

import { backoffMs } from "./backoff";
import type { Entry, Journal } from "./journal";
import type { Timers } from "./timer";
import type { Change, Response } from "./types";

export type ChangeResult =
  | { slot: number; client_seq: number; status: "saved"; savedAt: string }
  | { slot: number; client_seq: number; status: "out_of_order"; lastSeq: number }
  | { slot: number; client_seq: number; status: "invalid" }
  /** The attempt does not stand at the section of this question; kept by the server as evidence. */
  | { slot: number; client_seq: number; status: "section" }
  /** The clock stands: kept here under its number, and sent again when it runs. */
  | { slot: number; client_seq: number; status: "paused" }
  /** Kept by the server as evidence, not marked: the attempt is over, or another's. */
  | { slot: number; client_seq: number; status: "closed" | "lost_lease" | "not_mine" };

export type SendOutcome =
  | { kind: "results"; results: ChangeResult[]; news?: number }
  | { kind: "paused" }
  | { kind: "out_of_order"; lastSeq: number }
  | { kind: "lease_lost" }
  | { kind: "section" }
  | { kind: "closed" }
  /** The body was no changes to this server: sent again it would be refused again. */
  | { kind: "refused" }
  | { kind: "login" }
  | { kind: "busy"; retryAfterMs: number }
  | { kind: "offline" };

export type Halt = "" | "lease" | "closed" | "login" | "paused";

/** What the page shows of the line; decided by answers to saves alone. */
export interface OutboxState {
  unsent: number;
  /** Monotonic time since which the request in flight waits for its reply; null when none does. */
  sendingSince: number | null;
  halt: Halt;
  /** Failed tries in a row, and the monotonic time of the first of them. */
  failures: number;
  failingSince: number | null;
  /** The last failure was the server saying "busy", not a silent line. */
  busy: boolean;
}

export type Urgency = "now" | "text";

const textPauseMs = 1000;
const textLongestMs = 10000;
const batchLimit = 100;
/** Renumberings in a row before the page slows down. */
const renumberLimit = 5;
/** Keepalive bodies share 64 KiB per page. */
const partingLimitBytes = 60000;

export class Outbox {
  private halt: Halt = "";
  private sendingSince: number | null = null;
  private failures = 0;
  private failingSince: number | null = null;
  private busy = false;
  private renumbered = 0;
  private atOnce = batchLimit;
  private cancelTimer: (() => void) | null = null;
  private firstTextAt: number | null = null;
  private waiters: Array<(done: boolean) => void> = [];

  constructor(
    private readonly journal: Journal,
    private readonly send: (changes: Change[]) => Promise<SendOutcome>,
    private readonly timers: Timers,
    private readonly changed: () => void,
    private readonly random: () => number = Math.random,
  ) {}

  state(): OutboxState {
    const { halt, sendingSince, failures, failingSince, busy } = this;
    return { unsent: this.journal.unsent().length, sendingSince, halt, failures, failingSince, busy };
  }

  /** Journals a change and arranges its sending: choices at once, text after a pause. */
  record(slot: number, response: Response, at: number, urgency: Urgency): void {
    this.journal.write(slot, response, at);
    if (urgency === "now") this.flush();
    else this.sendAfterPause();
    this.changed();
  }

  /** Sends at once unless a request is in flight or a back-off is running. */
  flush(): void {
    if (this.sending || this.halt !== "" || this.failures > 0) return;
    this.firstTextAt = null;
    this.stopTimer();
    void this.pump();
  }

  /** A tap on 立即重试, or a sign that the line is back: does not wait for the back-off. */
  retryNow(): void {
    if (this.sending || this.halt !== "") return;
    this.stopTimer();
    void this.pump();
  }

  /** After log-in or take-over. */
  resume(): void {
    if (this.halt === "closed") return;
    this.halt = "";
    this.retryNow();
    this.changed();
  }

  /** Another call (heart-beat, hand-in) learned that sending is over or needs the person. */
  stop(halt: Halt): void {
    this.halt = halt;
    this.stopTimer();
    this.settle();
    this.changed();
  }

  /** Resolves true when nothing is unsent, false when sending halted. */
  drained(): Promise<boolean> {
    return new Promise((resolve) => {
      this.waiters.push(resolve);
      this.retryNow();
      this.settle();
    });
  }

  /** The changes of a parting request; its outcome is unknown, so nothing is marked. */
  parting(): Change[] {
    const changes = this.batch();
    while (changes.length > 0 && JSON.stringify(changes).length * 3 > partingLimitBytes) changes.pop();
    return changes;
  }

  private get sending(): boolean {
    return this.sendingSince !== null;
  }

  private sendAfterPause(): void {
    if (this.sending || this.halt !== "" || this.failures > 0) return;
    const now = this.timers.now();
    this.firstTextAt ??= now;
    const wait = Math.min(textPauseMs, this.firstTextAt + textLongestMs - now);
    this.stopTimer();
    this.cancelTimer = this.timers.after(Math.max(wait, 0), () => this.flush());
  }

  private batch(): Change[] {
    const entries = this.journal.unsent().slice(0, this.atOnce);
    this.journal.number(entries);
    return entries
      .filter((e): e is Entry & { seq: number } => e.seq !== null)
      .sort((a, b) => a.seq - b.seq)
      .map((e) => ({ slot: e.slot, client_seq: e.seq, response: e.response }));
  }

  private async pump(): Promise<void> {
    const changes = this.batch();
    if (changes.length === 0) {
      this.failures = 0;
      this.failingSince = null;
      this.settle();
      return;
    }
    this.sendingSince = this.timers.now();
    this.firstTextAt = null;
    this.changed();
    const outcome = await this.send(changes);
    this.sendingSince = null;
    this.take(outcome, changes);
    this.settle();
    this.changed();
  }

  private take(outcome: SendOutcome, sent: Change[]): void {
    switch (outcome.kind) {
      case "results":
        if (outcome.results.filter((r) => this.takeResult(r)).length === 0) {
          this.failed(true, 0);
          return;
        }
        this.atOnce = batchLimit;
        this.succeeded();
        this.again();
        return;
      case "refused":
        this.succeeded(); // the line is fine
        this.atOnce = 1;
        if (sent.length === 1) sent.forEach((c) => this.journal.refuse(c.slot, c.client_seq));
        this.again();
        return;
      case "section":
        this.succeeded(); // the line is fine
        sent.forEach((c) => this.journal.refuse(c.slot, c.client_seq));
        this.again();
        return;
      case "out_of_order":
        this.journal.raise(outcome.lastSeq);
        this.journal.renumber();
        if (++this.renumbered > renumberLimit) {
          this.failed(true, 0);
          return;
        }
        this.again();
        return;
      case "lease_lost":
        this.halt = "lease";
        return;
      case "paused":
        this.succeeded(); // the line is fine
        this.halt = "paused";
        return;
      case "closed":
        this.halt = "closed";
        return;
      case "login":
        this.halt = "login";
        return;
      case "busy":
        this.failed(true, outcome.retryAfterMs);
        return;
      case "offline":
        this.failed(false, 0);
    }
  }

  /** True when the result settled its change; what is not settled is sent again. */
  private takeResult(r: ChangeResult): boolean {
    switch (r.status) {
      case "saved":
        this.journal.ack(r.slot, r.client_seq, r.savedAt);
        return true;
      case "invalid":
      case "section":
        this.journal.refuse(r.slot, r.client_seq);
        return true;
      case "paused":
        this.halt = "paused";
        return true;
      case "closed":
        this.halt = "closed";
        return true;
      case "lost_lease":
        this.halt = "lease";
        return true;
      case "not_mine":
        this.halt = "login";
        return true;
      case "out_of_order":
        this.journal.raise(r.lastSeq);
        this.journal.renumber();
        return ++this.renumbered <= renumberLimit;
    }
  }

  private succeeded(): void {
    this.renumbered = 0;
    this.failures = 0;
    this.failingSince = null;
    this.busy = false;
  }

  private failed(busy: boolean, retryAfterMs: number): void {
    this.failures++;
    this.failingSince ??= this.timers.now();
    this.busy = busy;
    this.stopTimer();
    const wait = backoffMs(this.failures, this.random, retryAfterMs);
    this.cancelTimer = this.timers.after(wait, () => void (this.sending || this.pump()));
  }

  private again(): void {
    if (this.halt === "" && this.journal.unsent().length > 0) {
      this.stopTimer();
      this.cancelTimer = this.timers.after(0, () => void (this.sending || this.pump()));
    }
  }

  private settle(): void {
    const empty = this.journal.unsent().length === 0;
    if (!empty && this.halt === "") return;
    const waiters = this.waiters;
    this.waiters = [];
    waiters.forEach((w) => w(empty));
  }

  private stopTimer(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
  }
}
