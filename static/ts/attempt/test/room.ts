import type { Api, Outcome } from "../core/api";
import { ExamClock } from "../core/clock";
import { Journal } from "../core/journal";
import { Sitting } from "../core/sitting";
import type { News } from "../core/teller";
import { Tidings } from "../core/tidings";
import type { Change, HeartbeatReply, Notice, PageEvent, StartReply, Warning } from "../core/types";
import { silent } from "./silent";
import { ServerModel } from "./server_model";
import { MemoryStorage, VirtualTime } from "./virtual";

export const minute = 60000;

/** A sitting over a model of the whole attempt: lease, deadline, hand-in. */
export class Room {
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
  /** At which section the server has the attempt: the first holds slots 1 and 2, the second slot 3. 0: it goes to and fro. */
  section = 0;
  /** The slots that were shown anew, each time the page turned. */
  turned: number[][] = [];
  steps: number[] = [];
  readonly sitting: Sitting;

  /** before is what an earlier load of the page left: its storage and the server; then the page starts from its kept sheet. */
  constructor(lease: string | null = "mine", deadline = 10 * minute, before?: { store: MemoryStorage; server: ServerModel }, section = 0) {
    this.deadline = deadline;
    this.section = section;
    this.online = before === undefined;
    this.server = before?.server ?? new ServerModel();
    this.journal = new Journal(before?.store ?? new MemoryStorage(), "7", "tab");
    const api = this.api(lease);
    if (before) this.clock.estimate(deadline, "2026-01-05T01:10:00Z", false);
    else this.sync();
    this.sitting = new Sitting(before ? { ...this.sheet(lease), responses: [] } : this.sheet(lease), {
      unheard: before !== undefined,
      api, speech: silent(this.journal, this.time), journal: this.journal, clock: this.clock, timers: this.time, tidings: this.tidings,
      changed: () => undefined, news: (n) => this.news.push(n), turned: (s) => this.turned.push(s.paper.slots.map((x) => x.slot)),
    });
    this.clock.onMoved = (by) => this.sitting.deadlineMoved(by);
    this.sitting.run();
  }

  said(kind: string): boolean {
    return this.news.some((n) => n.kind === kind);
  }

  private sheet(lease: string | null): StartReply {
    const all = [1, 2, 3].map((slot) => ({ slot, type: "single", points: 1, stem: "", options: [{ id: "a", text: "" }] }));
    const slots = all.filter((s) => this.shows(s.slot));
    const responses = all
      .filter((s) => this.server.current(s.slot) !== undefined)
      .map((s) => ({ slot: s.slot, client_seq: this.server.newest(s.slot), response: JSON.parse(this.server.current(s.slot)!), saved_at: new Date(this.time.now()).toISOString() }));
    return { attempt: { id: "7", exam_id: "3", state: this.state, started_at: "" }, lease, paper: { slots }, responses, ...this.sections() };
  }

  private shows(slot: number): boolean {
    return this.section === 0 || slot <= 2 === (this.section === 1);
  }

  private sections(): Partial<StartReply> {
    if (this.section === 0) return {};
    return { section: this.section, sections: [{ title: "一", first: 1, last: 2 }, { title: "二", first: 3, last: 3 }] };
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
    const refused = changes.filter((c) => c.slot === this.refuses || !this.shows(c.slot));
    const invalid = refused.map(({ slot, client_seq }) => ({ slot, client_seq, status: this.shows(slot) ? ("invalid" as const) : ("section" as const) }));
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
      finishSection: (n: number) =>
        this.reply(api.lease, () => {
          this.steps.push(n);
          if (n === this.section) this.section++;
          return this.sheet(api.lease);
        }),
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
