// The sheet of the attempt that this tab holds, kept in this browser so that a reload without a line opens the paper. The
// answers are the journal's. Questions only, no keys: the sheet never has them. It goes with the hand-in and with a log-out.

import type { KeyValue } from "./journal";
import type { StartReply } from "./types";

const prefix = "peikao.sheet.";
/** An exam is over by then; what is older is not opened any more. */
const keptMs = 24 * 3600000;

interface Kept {
  client: string;
  /** The device's time of keeping; with it the time left is estimated until the server tells. */
  at: number;
  start: StartReply;
}

export class KeptSheet {
  constructor(
    private readonly store: KeyValue | null,
    private readonly client: string,
    private readonly wall: () => number,
  ) {}

  /** Keeps what the holder was given; a page that only reads keeps nothing. */
  keep(start: StartReply): void {
    if (start.lease === null || start.attempt.state !== "open") return;
    const kept: Kept = { client: this.client, at: this.wall(), start: { ...start, responses: [] } };
    try {
      this.store?.setItem(prefix + start.attempt.id, JSON.stringify(kept));
    } catch {
      // The journal goes first: without room for the paper a reload needs the line.
    }
  }

  /** The sheet with the time left as far as this device can tell; null where this tab keeps none. */
  open(attempt: string): StartReply | null {
    try {
      const kept = JSON.parse(this.store?.getItem(prefix + attempt) ?? "null") as Kept | null;
      if (!kept || kept.client !== this.client) return null;
      const passed = Math.max(0, this.wall() - kept.at);
      if (passed > keptMs) return null;
      const gone = kept.start.paused_at ? 0 : passed;
      return { ...kept.start, remaining_ms: Math.max(0, (kept.start.remaining_ms ?? 0) - gone) };
    } catch {
      return null;
    }
  }

  forget(attempt: string): void {
    this.store?.removeItem(prefix + attempt);
  }
}
