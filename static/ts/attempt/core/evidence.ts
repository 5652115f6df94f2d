import type { KeyValue } from "./journal";
import type { PageEvent } from "./types";

/** Shorter absences (a glance at a notification) are not worth a record. */
const leastMs = 3000;

/** Turns hiding and showing of the page into one event with its length. */
export class HiddenSpan {
  private since: { wall: number; at: number } | null = null;

  constructor(
    private readonly sinceLoad: () => number,
    private readonly wall: () => number,
  ) {}

  hidden(): void {
    this.since ??= { wall: this.wall(), at: this.sinceLoad() };
  }

  /** The span that just ended; null when it was short or never began. */
  shown(): PageEvent | null {
    if (!this.since) return null;
    // performance.now() may stop while the phone sleeps, so the device's date measures the
    // length here: it is evidence for people, nothing is decided by it.
    const { wall, at } = this.since;
    const length = Math.max(0, Math.round(this.wall() - wall));
    this.since = null;
    return length < leastMs ? null : { kind: "hidden", at_ms: Math.round(at), length_ms: length };
  }
}

/**
 * When this browser last lost sight of an attempt, kept over the end of the page: a link, Back, a closed tab, or a phone that threw a
 * hidden page away. Who comes back in this browser tells how long it was; where the person was meanwhile nobody can see, and
 * who comes back in another browser is noticed by the server alone, as a take-over.
 */
export class Departure {
  private unkept = false; // the storage takes nothing: this page alone knows

  constructor(
    private readonly store: KeyValue | null,
    private readonly attempt: string,
    private readonly sinceLoad: () => number,
    private readonly wall: () => number,
  ) {}

  /** The page is out of sight; it may never be seen again. */
  hidden(): void {
    if (this.store?.getItem(this.key()) === null) this.keep(String(this.wall()));
  }

  /** The same page is seen again, or the attempt is over. False: another page of this browser came back before, and told of it. */
  forget(): boolean {
    const here = this.store === null || this.unkept || this.store.getItem(this.key()) !== null;
    this.unkept = false;
    this.store?.removeItem(this.key());
    return here;
  }

  /** What is sent when the page is being closed; whether it arrives cannot be known. */
  left(): PageEvent {
    return { kind: "left", at_ms: Math.round(this.sinceLoad()), length_ms: 0 };
  }

  /**
   * What a page that was loaded anew finds; null where this browser has not left the attempt. A reload in place is no absence. It stays to be
   * told until somebody forgets it: beside the page that holds the attempt, and is only out of sight, another one can be opened.
   */
  cameBack(reloaded: boolean): PageEvent | null {
    const since = Number(this.store?.getItem(this.key()) ?? 0);
    if (!(since > 0)) return null;
    const length = Math.max(0, Math.round(this.wall() - since));
    return { kind: reloaded || length < leastMs ? "reopened" : "returned", at_ms: Math.round(this.sinceLoad()), length_ms: length };
  }

  private keep(value: string): void {
    try {
      this.store?.setItem(this.key(), value);
    } catch {
      this.unkept = true; // should the page not come back, the heart-beats that do not come tell of it
    }
  }

  private key(): string {
    return "peikao.left." + this.attempt;
  }
}
