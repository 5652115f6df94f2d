// One sitting of one attempt: it holds what the server said, the journal, the outbox, the
// clock and the heart-beat, and tells the views when something changed.
//
//   working ── 确认交卷 / time up ──▶ handing_in ── receipt ──▶ done
//      │  ▲                               │ no line: stays, tries for ever
//      ▼  └── 在本机继续 ──┐                │
//   read-only (another holder) ◀── 409 ────┘
//
// An exam may be gone through section by section, one way: leaving is set while the page sends what is unsent and asks for the next
// section, and nothing can be answered meanwhile. It ends with the next section, by 继续答题, or with whatever ends the work.
//
// While the clock stands (paused) nothing can be answered or handed in; the phase does not change.

import { Answers } from "./answers";
import type { Api, Outcome } from "./api";
import type { ExamClock } from "./clock";
import { Heartbeat } from "./heartbeat";
import type { Journal } from "./journal";
import { lineState, type LineState } from "./line";
import { Outbox, type SendOutcome, type Urgency } from "./outbox";
import { lastNumber, reconcile, standingOf } from "./restore";
import { answered } from "./response";
import type { Speech } from "./speech";
import { Teller, type News } from "./teller";
import type { Timers } from "./timer";
import { backoffMs } from "./backoff";
import type { Tidings } from "./tidings";
import type { Change, HeartbeatReply, Integrity, PageEvent, Receipt, Response, Section, Slot, Standing, StartReply } from "./types";

export type Phase = "working" | "handing_in" | "done";

export interface SittingParts {
  api: Api;
  journal: Journal;
  clock: ExamClock;
  timers: Timers;
  tidings: Tidings;
  speech: Speech;
  /** The sheet is the one that this browser kept: the server is asked before anything is sent. */
  unheard?: boolean;
  changed: () => void;
  news: (n: News) => void;
  /** The attempt stands at another section than the page shows: its questions are there now. */
  turned: (start: StartReply) => void;
}

const tickMs = 500;
/** Below this the deadline is over: half a second of rounding is nobody's extra time. */
const overMs = 500;

export class Sitting {
  phase: Phase = "working";
  readOnly: boolean;
  /** The end came by the clock or by somebody else, not by the person. */
  timeUp = false;
  /** How the attempt ended: "" is by the clock or here, "self" here while the reply was lost, "early" by somebody else. */
  ended: "" | "self" | "early" | "void" = "";
  /** Since when the clock stands; null while it runs. */
  pausedAt: string | null = null;
  receipt: Receipt | null = null;
  /** What of this device's answers the receipt is not for. */
  notTaken: number[] = [];
  /** Tries to hand in that got no answer. */
  handInFailures = 0;
  readonly attempt: string;
  /** Of the present section where there are sections, else of the paper. */
  slots: Slot[];
  /** Of an attempt that is gone through one way; else empty. */
  sections: Section[];
  /** At which of them it stands, from 1; 0 without. */
  section: number;
  /** Set while a section is being left; a fresh one each time. */
  leaving: object | null = null;
  readonly integrity: Integrity;
  readonly outbox: Outbox;
  readonly speech: Speech;
  readonly answers: Answers;
  readonly heartbeat: Heartbeat;
  private beatFailures = 0;
  private beatFailingSince: number | null = null;
  private askedOfPause = false;
  private returned: { event: PageEvent; untold: () => boolean } | null = null;
  private finishing = false;
  private news = 0;
  /** What the sheet told of pause and notices; heard once the page listens. */
  private standing: Standing | null;
  private unheard: boolean;
  private readonly teller: Teller;

  constructor(
    start: StartReply,
    private readonly p: SittingParts,
  ) {
    this.attempt = start.attempt.id;
    this.slots = start.paper.slots;
    this.sections = start.sections ?? [];
    this.section = start.section ?? 0;
    this.readOnly = start.lease === null;
    this.speech = p.speech;
    this.outbox = new Outbox(p.journal, (c) => this.send(c), p.timers, () => this.outboxChanged());
    this.answers = new Answers(() => this.slots, p.journal, this.outbox, p.speech);
    this.heartbeat = new Heartbeat(
      (events) => (this.readOnly ? this.look() : p.api.heartbeat(events)),
      p.timers,
      (o) => this.beaten(o),
    );
    p.journal.raise(lastNumber(start));
    this.integrity = start.integrity ?? {};
    this.teller = new Teller(this.integrity, p.news);
    this.standing = start;
    this.unheard = p.unheard ?? false;
    if (this.unheard) p.journal.skip();
  }

  /** Begins to send, to beat and to tick; what an earlier load left unsent goes first. */
  run(): void {
    this.teller.unsent(this.p.journal.unsent().length);
    this.heartbeat.start();
    if (this.standing) this.hear(this.standing);
    this.tick();
    if (this.readOnly) this.outbox.stop("lease");
    else this.outbox.flush();
    if (!this.readOnly) void this.speech.restore();
  }

  answer(slot: number, response: Response, urgency: Urgency): void {
    if (!this.writable()) return;
    this.outbox.record(slot, response, this.p.clock.serverNow(), urgency);
  }

  writable(): boolean {
    return this.phase === "working" && !this.readOnly && this.pausedAt === null && this.leaving === null;
  }

  /** A call's answer tells by a number that there is something to look at. */
  told(news: number): void {
    if (news > this.news) void this.heartbeat.now();
  }

  /** How many questions the whole paper has. */
  total(): number {
    return this.sections[this.sections.length - 1]?.last ?? this.slots.length;
  }

  /** How many sections are still ahead. */
  ahead(): number {
    return Math.max(0, this.sections.length - this.section);
  }

  line(): LineState {
    return lineState({
      outbox: this.outbox.state(),
      full: this.p.journal.full,
      beatFailures: this.beatFailures,
      beatFailingSince: this.beatFailingSince,
      readOnly: this.readOnly,
      now: this.p.timers.now(),
    });
  }

  /** Keeps something noticed for the next heart-beat; at once where the exam warns of it. */
  note(e: PageEvent): void {
    this.heartbeat.note(e);
    if (this.watches(e.kind)) void this.heartbeat.now();
  }

  /** The exam warns of what is noticed, so that the page need not say it too. */
  watches(kind: PageEvent["kind"]): boolean {
    const watched = kind === "returned" ? "hidden" : kind;
    if (watched !== "hidden" && watched !== "paste" && watched !== "fullscreen") return false;
    return (this.integrity[watched]?.mode ?? "record") !== "record";
  }

  /**
   * The attempt was left in this browser and is back; while another page holds it, that waits for the take-over, and is dropped if that page
   * has told of it meanwhile.
   */
  cameBack(event: PageEvent, untold: () => boolean): void {
    this.returned = { event, untold };
    this.noteReturn();
  }

  private noteReturn(): void {
    if (this.returned === null || this.readOnly) return;
    if (this.returned.untold()) this.note(this.returned.event);
    this.returned = null;
  }

  /** The page is in sight again; whether its absence is told by it: not while another page holds the attempt, whose absence goes on. */
  inSight(absence: PageEvent | null, untold: () => boolean): boolean {
    if (this.readOnly || !untold() || absence === null || this.phase !== "working") return false;
    this.note(absence);
    return true;
  }

  /** The page is being closed, reloaded or left by a link. */
  leave(e: PageEvent): void {
    if (this.writable()) this.p.api.partNote(this.heartbeat.parting(e));
  }

  notePaste(): void {
    this.note({ kind: "paste", at_ms: Math.round(this.p.timers.now()), length_ms: 0 });
  }

  /** The page is seen again, or the line may be back: time, unsent answers and notices at once. */
  wake(): void {
    if (this.phase === "done") return;
    this.outbox.retryNow();
    this.speech.retryNow();
    void this.heartbeat.now();
  }

  /** The page is being hidden or closed. */
  part(): void {
    this.speech.flush();
    if (this.unheard || (!this.writable() && this.leaving === null && this.phase !== "handing_in")) return;
    const changes = this.outbox.parting();
    if (changes.length > 0 && this.outbox.state().halt === "") this.p.api.part(changes);
  }

  loggedIn(): void {
    this.outbox.resume();
    this.speech.resume();
    void this.heartbeat.now();
    if (this.phase === "handing_in") void this.finish();
  }

  /** 继续答题 while the upload before the hand-in still waits for the line. */
  cancelHandIn(): void {
    if (this.phase === "handing_in" && !this.timeUp) this.goOn();
  }

  /** 在本机继续: takes the lease over; what this device had unsent is sent under the new one. */
  async takeOver(): Promise<Outcome<StartReply>> {
    const o = await this.p.api.takeOver();
    if (o.kind === "ok" && o.body.lease !== null) this.adopt(o.body, o.body.lease);
    if (o.kind === "closed") this.closed();
    return o;
  }

  /** 确认交卷: sends what is unsent, then hands in; tries for ever. */
  async handIn(): Promise<void> {
    if (this.phase !== "working" || this.pausedAt !== null) return;
    this.phase = "handing_in";
    this.p.changed();
    await this.finish();
  }

  /** 完成本部分: sends what is unsent, then leaves the section for good; tries until it is answered or taken back. */
  async finishSection(): Promise<void> {
    if (!this.writable() || this.ahead() === 0) return;
    const leaving = {};
    this.leaving = leaving;
    this.p.changed();
    await this.speech.drained();
    const sent = await this.outbox.drained();
    for (let n = 1; sent && this.leaving === leaving; n++) {
      const o = await this.p.api.finishSection(this.section);
      if (o.kind === "ok") this.turn(o.body); // also when it was taken back meanwhile: it is decided
      if (this.leaving !== leaving) return;
      if (o.kind !== "offline" && o.kind !== "busy") {
        await this.notFinished(o);
        break;
      }
      await new Promise<void>((done) => this.p.timers.after(backoffMs(n, Math.random, o.kind === "busy" ? o.retryAfterMs : 0), done));
    }
    if (this.leaving === leaving) this.stay();
  }

  /** 继续答题 before the section is left. */
  stay(): void {
    if (this.leaving === null) return;
    this.leaving = null;
    this.p.changed();
  }

  private async notFinished(o: Outcome<StartReply>): Promise<void> {
    switch (o.kind) {
      case "ok":
        return;
      case "closed":
        this.closed();
        return;
      case "lease_lost":
        this.lost();
        return;
      case "login":
        this.outbox.stop("login");
        return;
      case "conflict":
        await this.lookAgain();
        return;
      default:
        await this.heartbeat.now();
    }
  }

  /** The server does not stand where the page thought. */
  private async lookAgain(): Promise<void> {
    const o = await this.p.api.read(this.p.api.attempt);
    if (o.kind === "ok") this.turn(o.body);
  }

  /** Shows the section at which the attempt stands. */
  private turn(start: StartReply): void {
    if ((start.section ?? 0) === this.section) return;
    this.slots = start.paper.slots;
    this.section = start.section ?? 0;
    this.leaving = null;
    this.p.turned(start);
    this.hear(start); // also the corrections of its questions, which were not told before
    this.p.changed();
  }

  /** A read-only page beats by reading: it shows what the holder answers meanwhile. */
  private async look(): Promise<Outcome<HeartbeatReply>> {
    const o = await this.p.api.read(this.p.api.attempt);
    if (o.kind !== "ok") return o;
    if (o.body.attempt.state !== "open") return { kind: "closed", body: {} };
    reconcile(this.p.journal, o.body.responses, "keep");
    this.turn(o.body);
    return { kind: "ok", created: false, body: standingOf(o.body) };
  }

  private adopt(start: StartReply, lease: string): void {
    this.p.api.lease = lease;
    this.readOnly = false;
    // The new lease counts from one; our numbers simply go on, and stay above everybody's.
    this.p.journal.raise(lastNumber(start));
    this.p.journal.renumber();
    const gaveWay = reconcile(this.p.journal, start.responses, "time");
    if (gaveWay.length > 0) this.p.news({ kind: "gave_way", slots: gaveWay });
    this.turn(start);
    this.hear(start);
    this.noteReturn();
    for (const s of start.responses) this.speech.told(s.slot, s.takes ?? 0);
    this.outbox.resume();
    this.speech.resume();
    this.p.changed();
  }

  private async send(changes: Change[]): Promise<SendOutcome> {
    if (this.unheard) return this.ask();
    const o = await this.p.api.save(changes);
    if (o.kind === "results") this.told(o.news ?? 0);
    if (o.kind === "section" || (o.kind === "results" && o.results.some((r) => r.status === "section"))) void this.elsewhere(changes);
    return o;
  }

  /** Answers of a section at which the attempt does not stand: the page shows where it stands, and says what was not taken. */
  private async elsewhere(sent: Change[]): Promise<void> {
    await this.lookAgain();
    const slots = sent.map((c) => c.slot).filter((n) => this.p.journal.get(n)?.refused);
    if (slots.length > 0) this.p.news({ kind: "section", slots });
  }

  /** The first words with the server after a start without a line: what counts there, before anything of here is sent. */
  private async ask(): Promise<SendOutcome> {
    const o = await this.p.api.read(this.p.api.attempt);
    switch (o.kind) {
      case "ok":
        break;
      case "denied":
        return { kind: "login" };
      case "login":
      case "offline":
      case "busy":
      case "closed":
        return o;
      default:
        return { kind: "busy", retryAfterMs: 0 };
    }
    if (o.body.attempt.state !== "open") return { kind: "closed" };
    if (o.body.lease === null) return { kind: "lease_lost" };
    this.p.api.lease = o.body.lease;
    this.unheard = false;
    reconcile(this.p.journal, o.body.responses, "number");
    this.turn(o.body);
    this.hear(o.body);
    return { kind: "out_of_order", lastSeq: lastNumber(o.body) };
  }

  private tick(): void {
    if (this.phase === "done") return;
    if (this.p.clock.tick()) this.wake();
    const left = this.p.clock.remainingMs();
    this.teller.left(left);
    if (left === 0 && this.phase === "working" && this.pausedAt === null && !this.p.clock.doubtful) this.over();
    this.p.changed();
    this.p.timers.after(tickMs, () => this.tick());
  }

  private over(): void {
    this.timeUp = true;
    this.leaving = null;
    if (this.readOnly) return; // the holder or the server hands in
    void this.handIn();
  }

  /**
   * Everything unsent, then the hand-in. At the clock's end the server is asked first: it
   * may have given more time, and a page that is too early must not take it away.
   */
  private async finish(): Promise<void> {
    if (this.finishing || this.phase !== "handing_in") return;
    if (this.pausedAt !== null) {
      this.goOn();
      return;
    }
    this.finishing = true;
    try {
      if (this.timeUp && (await this.moreTime())) return;
      await this.speech.drained();
      await this.outbox.drained();
      if (!this.stillHandingIn() || this.outbox.state().halt === "login" || this.outbox.state().halt === "paused") return;
      if (this.outbox.state().halt === "closed" && !(await this.leaveEvidence())) return;
      await (this.readOnly ? this.fetchReceipt() : this.submit());
    } finally {
      this.finishing = false;
    }
  }

  /** What an attempt that is over never got is sent once more: the server keeps it as evidence. False: no line yet. */
  private async leaveEvidence(): Promise<boolean> {
    const changes = this.outbox.parting();
    if (changes.length === 0) return true;
    const o = await this.p.api.save(changes);
    if (o.kind !== "offline" && o.kind !== "busy") return true;
    this.retryHandIn();
    return false;
  }

  private async moreTime(): Promise<boolean> {
    await this.heartbeat.now();
    return !this.stillHandingIn();
  }

  /** False after 继续答题, and when the replies brought more time to a page that was at zero. */
  private stillHandingIn(): boolean {
    if (this.timeUp && this.outbox.state().halt === "" && this.p.clock.remainingMs() > overMs) this.goOn();
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
        this.outbox.stop("login");
        return;
      case "paused":
        void this.heartbeat.now();
        this.goOn();
        return;
      case "lease_lost":
      case "conflict":
        this.lost();
        return;
      default:
        this.retryHandIn();
    }
  }

  private finished(receipt: Receipt): void {
    this.receipt = receipt;
    this.notTaken = this.answers.notTaken();
    this.phase = "done";
    this.heartbeat.stop();
    this.p.journal.forget();
    this.speech.forget();
    this.p.tidings.forget();
    this.p.changed();
  }

  /** 410: the attempt is over, by the deadline, an invigilator or another device. */
  private closed(): void {
    if (this.phase === "done") return;
    if (this.phase === "handing_in" && !this.timeUp) this.ended = "self";
    else if (this.p.clock.remainingMs() > overMs && !this.p.clock.doubtful) this.ended ||= "early";
    this.timeUp = true;
    this.pausedAt = null;
    this.leaving = null;
    this.phase = "handing_in";
    this.speech.stop();
    this.outbox.stop("closed");
    this.p.changed();
    void this.finish();
  }

  /** Submitting answered 410: the receipt stands with the attempt, once the server has closed it. */
  private async fetchReceipt(): Promise<void> {
    const o = await this.p.api.read(this.p.api.attempt);
    if (o.kind !== "ok" || o.body.attempt.state === "open") {
      this.retryHandIn();
      return;
    }
    const { id, submitted_at, state } = o.body.attempt;
    if (state === "void") this.ended = "void";
    const count = o.body.responses.filter((r) => answered(r.response)).length;
    const plain = { attempt_id: id, submitted_at: submitted_at ?? "", answered: count, journal_head: "" };
    this.finished(o.body.receipt ?? plain);
  }

  private retryHandIn(): void {
    this.handInFailures++;
    this.p.changed();
    this.p.timers.after(backoffMs(this.handInFailures, Math.random), () => void this.finish());
  }

  private lost(): void {
    this.readOnly = true;
    this.leaving = null;
    if (this.phase === "handing_in") this.phase = "working";
    this.speech.stop();
    this.outbox.stop("lease");
  }

  private outboxChanged(): void {
    const s = this.outbox.state();
    this.teller.sending(s.unsent, s.failures);
    this.teller.refused(this.slots.map((e) => e.slot).filter((n) => this.answers.slotState(n) === "refused"));
    if (s.halt === "lease" && !this.readOnly) this.lost();
    if (s.halt === "closed" && this.phase === "working") this.closed();
    if (s.halt === "paused" && !this.askedOfPause && this.pausedAt === null) {
      this.askedOfPause = true;
      void this.heartbeat.now().finally(() => (this.askedOfPause = false));
    }
    this.p.changed();
  }

  private beaten(o: Outcome<HeartbeatReply>): void {
    if (o.kind === "offline" || o.kind === "busy") {
      this.beatFailures++;
      this.beatFailingSince ??= this.p.timers.now();
    } else {
      this.beatFailures = 0;
      this.beatFailingSince = null;
    }
    if (o.kind === "ok") this.tidings(o.body);
    if (o.kind === "login") this.outbox.stop("login");
    if (o.kind === "closed") this.closed();
    if ((o.kind === "lease_lost" || o.kind === "conflict") && !this.readOnly) this.lost();
    // A beat that came through after failed saves says that the line is back.
    if (o.kind === "ok" && this.outbox.state().failures > 0) this.outbox.retryNow();
    this.p.changed();
  }

  /** An event of the stream: what a heart-beat would answer. */
  heard(body: HeartbeatReply): void {
    if (this.phase === "done") return;
    this.tidings(body);
    this.p.changed();
  }

  private tidings(body: HeartbeatReply): void {
    if (body.state !== undefined && body.state !== "open") {
      this.closed();
      return;
    }
    if (body.last_seq !== undefined) this.p.journal.raise(body.last_seq);
    this.hear(body);
    for (const w of body.warnings ?? []) this.teller.warning(w);
  }

  private hear(body: Standing): void {
    this.news = Math.max(this.news, body.news ?? 0);
    if (body.paused_at !== undefined) this.stand(body.paused_at);
    for (const notice of this.p.tidings.take(body.notices)) this.p.news({ kind: "notice", notice });
  }

  /** The clock is stopped or let run. What was typed last is sent at once: it still counts within the grace. */
  private stand(pausedAt: string | null): void {
    const was = this.pausedAt;
    this.pausedAt = pausedAt;
    if (pausedAt !== null && was === null) {
      this.leaving = null;
      if (this.phase === "handing_in") this.goOn();
      this.outbox.flush();
      this.speech.stop();
      this.p.news({ kind: "paused" });
    }
    if (pausedAt === null && was !== null) this.p.news({ kind: "resumed" });
    if (pausedAt === null && this.outbox.state().halt === "paused") this.outbox.resume();
    if (pausedAt === null && was !== null) this.speech.resume();
  }

  /** The deadline moved in a reply: said in words, whichever call brought it. */
  deadlineMoved(byMs: number): void {
    this.teller.deadlineMoved(byMs);
  }
}
