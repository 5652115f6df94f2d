// One sitting of one attempt: it holds what the server said, the journal, the outbox, the
// clock and the heart-beat, and tells the views when something changed.
//
//   working ── 确认交卷 / time up ──▶ handing_in ── receipt ──▶ done
//      │  ▲                               │ no line: stays, tries for ever
//      ▼  └── 在本机继续 ──┐                │
//   read-only (another holder) ◀── 409 ────┘
//
// How it ends is hand_in.ts; how the sections of an exam that is gone through one way are left, section_step.ts.
//
// While the clock stands (paused) nothing can be answered or handed in; the phase does not change.

import { Answers } from "./answers";
import type { Api, Outcome } from "./api";
import type { ExamClock } from "./clock";
import { HandIn, type Phase } from "./hand_in";
import { Heartbeat } from "./heartbeat";
import type { Journal } from "./journal";
import { lineState, type LineState } from "./line";
import { Outbox, type SendOutcome, type Urgency } from "./outbox";
import { lastNumber, reconcile, standingOf } from "./restore";
import { SectionStep } from "./section_step";
import type { Speech } from "./speech";
import { Teller, type News } from "./teller";
import type { Timers } from "./timer";
import type { Tidings } from "./tidings";
import type { Change, HeartbeatReply, Integrity, PageEvent, Response, Section, Slot, Standing, StartReply } from "./types";

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

export class Sitting {
  readOnly: boolean;
  /** Since when the clock stands; null while it runs. */
  pausedAt: string | null = null;
  readonly attempt: string;
  /** Of the present section where there are sections, else of the paper. */
  slots: Slot[];
  /** Of an attempt that is gone through one way; else empty. */
  sections: Section[];
  /** At which of them it stands, from 1; 0 without. */
  section: number;
  readonly integrity: Integrity;
  /** Whom to call; empty where the exam names nobody. */
  readonly contact: string;
  readonly outbox: Outbox;
  readonly speech: Speech;
  readonly answers: Answers;
  readonly heartbeat: Heartbeat;
  readonly step: SectionStep;
  readonly handIn: HandIn;
  private beatFailures = 0;
  private beatFailingSince: number | null = null;
  private askedOfPause = false;
  private returned: { event: PageEvent; untold: () => boolean } | null = null;
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
    const { api, clock, timers, speech, changed } = p;
    const { answers, heartbeat, outbox } = this;
    this.step = new SectionStep({
      api, timers, outbox, speech, heartbeat, changed,
      turn: (s) => this.turn(s),
      lookAgain: () => this.lookAgain(),
      closed: () => this.closed(),
      lost: () => this.lost(),
    });
    this.handIn = new HandIn({
      api, clock, timers, outbox, speech, answers, heartbeat, changed,
      readOnly: () => this.readOnly,
      paused: () => this.pausedAt !== null,
      lost: () => this.lost(),
      forget: () => this.forget(),
    });
    p.journal.raise(lastNumber(start));
    this.integrity = start.integrity ?? {};
    this.contact = start.contact ?? "";
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

  get phase(): Phase {
    return this.handIn.phase;
  }

  answer(slot: number, response: Response, urgency: Urgency): void {
    if (!this.writable()) return;
    this.outbox.record(slot, response, this.p.clock.serverNow(), urgency);
  }

  writable(): boolean {
    return this.phase === "working" && !this.readOnly && this.pausedAt === null && this.step.leaving === null;
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
    if (this.unheard || (!this.writable() && this.step.leaving === null && this.phase !== "handing_in")) return;
    const changes = this.outbox.parting();
    if (changes.length > 0 && this.outbox.state().halt === "") this.p.api.part(changes);
  }

  loggedIn(): void {
    this.outbox.resume();
    this.speech.resume();
    void this.heartbeat.now();
    void this.handIn.finish();
  }

  /** 在本机继续: takes the lease over; what this device had unsent is sent under the new one. */
  async takeOver(): Promise<Outcome<StartReply>> {
    const o = await this.p.api.takeOver();
    if (o.kind === "ok" && o.body.lease !== null) this.adopt(o.body, o.body.lease);
    if (o.kind === "closed") this.closed();
    return o;
  }

  /** 完成本部分; the last section ends with the hand-in. */
  async finishSection(): Promise<void> {
    if (this.writable() && this.ahead() > 0) await this.step.leave(this.section);
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
    this.step.end();
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
    this.step.end();
    this.handIn.over();
  }

  /** 410: the attempt is over, by the deadline, an invigilator or another device. */
  private closed(): void {
    if (this.phase === "done") return;
    this.pausedAt = null;
    this.step.end();
    this.handIn.closed();
  }

  private forget(): void {
    this.heartbeat.stop();
    this.p.journal.forget();
    this.speech.forget();
    this.p.tidings.forget();
  }

  private lost(): void {
    this.readOnly = true;
    this.step.end();
    this.handIn.lost();
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
      this.step.end();
      this.handIn.paused();
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
