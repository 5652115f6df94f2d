// What the page tells its person in words for a few seconds, each thing once: it compares what it hears with what it said before.

import { crossed } from "./clock";
import type { Integrity, Notice, Warning } from "./types";

export type News =
  | { kind: "minutes"; minutes: number }
  | { kind: "closing" }
  | { kind: "extended"; seconds: number }
  /** What was granted was taken back, by whoever may. */
  | { kind: "shortened" }
  | { kind: "notice"; notice: Notice }
  | { kind: "warning"; warning: Warning }
  | { kind: "paused" }
  | { kind: "resumed" }
  | { kind: "recovered"; count: number }
  | { kind: "gave_way"; slots: number[] }
  | { kind: "refused"; slots: number[] }
  /** Answers of a section that was finished, or is not reached. */
  | { kind: "section"; slots: number[] };

/** From here on the page says that it will hand in by itself. */
const closingMs = 10000;

/** Who began with less than this over a threshold knows it: an exam of 30 minutes begins with the load allowance on top. */
const knownMs = 30000;

export class Teller {
  private firstLeftMs: number | null = null;
  private lastLeftMs: number | null = null;
  private mostUnsent = 0;
  private readonly counted = new Map<string, number>();
  private readonly toldRefused = new Set<number>();

  constructor(
    integrity: Integrity,
    private readonly say: (n: News) => void,
  ) {
    for (const kind of ["hidden", "fullscreen", "paste"] as const) this.counted.set(kind, integrity[kind]?.count ?? 0);
  }

  /** What an earlier load of the page left unsent. */
  unsent(count: number): void {
    this.mostUnsent = count;
  }

  /** The time left, each tick; a page that is opened late crosses nothing, and nobody is reminded of what they began with. */
  left(ms: number): void {
    this.firstLeftMs ??= ms;
    const minutes = this.lastLeftMs === null ? 0 : crossed(this.lastLeftMs, ms);
    if (minutes > 0 && this.firstLeftMs > minutes * 60000 + knownMs) this.say({ kind: "minutes", minutes });
    if ((this.lastLeftMs ?? Infinity) > closingMs && ms <= closingMs && ms > 0) this.say({ kind: "closing" });
    this.lastLeftMs = ms;
  }

  /** How the sending stands; when all is up after it failed, that is told with the most that ever waited. */
  sending(unsent: number, failures: number): void {
    if (failures > 0) this.mostUnsent = Math.max(this.mostUnsent, unsent);
    if (unsent === 0 && failures === 0 && this.mostUnsent > 0) {
      this.say({ kind: "recovered", count: this.mostUnsent });
      this.mostUnsent = 0;
    }
  }

  /** The slots whose answers the server will not take. */
  refused(slots: number[]): void {
    const fresh = slots.filter((s) => !this.toldRefused.has(s));
    fresh.forEach((s) => this.toldRefused.add(s));
    if (fresh.length > 0) this.say({ kind: "refused", slots: fresh });
  }

  /** Every beat tells what was counted; only a greater number is news. */
  warning(w: Warning): void {
    if (w.count <= (this.counted.get(w.kind) ?? 0)) return;
    this.counted.set(w.kind, w.count);
    this.say({ kind: "warning", warning: w });
  }

  deadlineMoved(byMs: number): void {
    const seconds = Math.floor(Math.abs(byMs) / 1000);
    if (seconds > 0) this.say(byMs > 0 ? { kind: "extended", seconds } : { kind: "shortened" });
  }
}
