// The end of a sitting: everything unsent, then the hand-in, tried for ever until there is a receipt. 继续答题, a pause, more time and
// another holder lead back to the work.

import type { Answers } from "./answers";
import type { Api } from "./api";
import { backoffMs } from "./backoff";
import type { ExamClock } from "./clock";
import type { Heartbeat } from "./heartbeat";
import type { Outbox } from "./outbox";
import { answered } from "./response";
import type { Speech } from "./speech";
import type { Timers } from "./timer";
import type { Receipt } from "./types";

export type Phase = "working" | "handing_in" | "done";

export interface HandInParts {
  api: Api;
  clock: ExamClock;
  timers: Timers;
  outbox: Outbox;
  speech: Speech;
  answers: Answers;
  heartbeat: Heartbeat;
  readOnly: () => boolean;
  paused: () => boolean;
  /** Another holds the attempt. */
  lost: () => void;
  /** There is a receipt: nothing of the attempt is kept any more. */
  forget: () => void;
  changed: () => void;
}

/** Below this the deadline is over: half a second of rounding is nobody's extra time. */
const overMs = 500;

export class HandIn {
  phase: Phase = "working";
  /** The end came by the clock or by somebody else, not by the person. */
  timeUp = false;
  /** How the attempt ended: "" is by the clock or here, "self" here while the reply was lost, "early" by somebody else. */
  ended: "" | "self" | "early" | "void" = "";
  receipt: Receipt | null = null;
  /** What of this device's answers the receipt is not for. */
  notTaken: number[] = [];
  /** How many of them came after the deadline and count. */
  late = 0;
  /** Tries that got no answer. */
  failures = 0;
  private finishing = false;

  constructor(private readonly p: HandInParts) {}

  /** 确认交卷: sends what is unsent, then hands in; tries for ever. */
  async begin(): Promise<void> {
    if (this.phase !== "working" || this.p.paused()) return;
    this.phase = "handing_in";
    this.p.changed();
    await this.finish();
  }

  /** 继续答题 while the upload before the hand-in still waits for the line. */
  cancel(): void {
    if (this.phase === "handing_in" && !this.timeUp) this.goOn();
  }

  /** The clock is at its end. */
  over(): void {
    this.timeUp = true;
    if (this.p.readOnly()) return; // the holder or the server hands in
    void this.begin();
  }

  /** The clock stands: there is nothing to hand in. */
  paused(): void {
    if (this.phase === "handing_in") this.goOn();
  }

  /** Another holds the attempt: it is that page's to hand in. */
  lost(): void {
    if (this.phase === "handing_in") this.phase = "working";
  }

  /** The attempt is over, by the deadline, an invigilator or another device: what is left is the receipt. */
  closed(): void {
    if (this.phase === "handing_in" && !this.timeUp) this.ended = "self";
    else if (this.p.clock.remainingMs() > overMs && !this.p.clock.doubtful) this.ended ||= "early";
    this.timeUp = true;
    this.phase = "handing_in";
    this.p.speech.stop();
    this.p.outbox.stop("closed");
    this.p.changed();
    void this.finish();
  }

  /**
   * Everything unsent, then the hand-in. At the clock's end the server is asked first: it
   * may have given more time, and a page that is too early must not take it away.
   */
  async finish(): Promise<void> {
    if (this.finishing || this.phase !== "handing_in") return;
    if (this.p.paused()) {
      this.goOn();
      return;
    }
    this.finishing = true;
    try {
      if (this.timeUp && (await this.moreTime())) return;
      await this.p.speech.drained();
      await this.p.outbox.drained();
      if (!this.stillHandingIn() || this.p.outbox.state().halt === "login" || this.p.outbox.state().halt === "paused") return;
      if (this.p.outbox.state().halt === "closed" && !(await this.leaveEvidence())) return;
      await (this.p.readOnly() ? this.fetchReceipt() : this.submit());
    } finally {
      this.finishing = false;
    }
  }

  /** What an attempt that is over never got is sent once more: the server keeps it as evidence. False: no line yet. */
  private async leaveEvidence(): Promise<boolean> {
    const changes = this.p.outbox.parting();
    if (changes.length === 0) return true;
    const o = await this.p.api.save(changes);
    if (o.kind !== "offline" && o.kind !== "busy") return true;
    this.retry();
    return false;
  }

  private async moreTime(): Promise<boolean> {
    await this.p.heartbeat.now();
    return !this.stillHandingIn();
  }

  /** False after 继续答题, and when the replies brought more time to a page that was at zero. */
  private stillHandingIn(): boolean {
    if (this.timeUp && this.p.outbox.state().halt === "" && this.p.clock.remainingMs() > overMs) this.goOn();
    return this.phase === "handing_in";
  }

  private goOn(): void {
    this.timeUp = false;
    this.phase = "working";
    this.p.changed();
  }

  private async submit(): Promise<void> {
    const o = await this.p.api.submit();
    switch (o.kind) {
      case "ok":
        this.finished(o.body.receipt);
        return;
      case "closed":
        await this.fetchReceipt();
        return;
      case "login":
        this.p.outbox.stop("login");
        return;
      case "paused":
        void this.p.heartbeat.now();
        this.goOn();
        return;
      case "lease_lost":
      case "conflict":
        this.p.lost();
        return;
      default:
        this.retry();
    }
  }

  /** Submitting answered 410: the receipt stands with the attempt, once the server has closed it. */
  private async fetchReceipt(): Promise<void> {
    const o = await this.p.api.read(this.p.api.attempt);
    if (o.kind !== "ok" || o.body.attempt.state === "open") {
      this.retry();
      return;
    }
    const { id, submitted_at, state } = o.body.attempt;
    if (state === "void") this.ended = "void";
    const count = o.body.responses.filter((r) => answered(r.response)).length;
    const plain = { attempt_id: id, submitted_at: submitted_at ?? "", answered: count, journal_head: "" };
    this.finished(o.body.receipt ?? plain);
  }

  private finished(receipt: Receipt): void {
    this.receipt = receipt;
    this.notTaken = this.p.answers.notTaken();
    this.late = this.p.answers.late(this.p.clock.deadlineAt);
    this.phase = "done";
    this.p.forget();
    this.p.changed();
  }

  private retry(): void {
    this.failures++;
    this.p.changed();
    this.p.timers.after(backoffMs(this.failures, Math.random), () => void this.finish());
  }
}
