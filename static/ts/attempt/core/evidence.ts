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
