// The event stream of an attempt: what an invigilator does is here within two seconds. It only hastens: whatever it brings the
// heart-beat brings too, so its faults are nobody's concern and say nothing of the line.

import type { Timers } from "./timer";
import type { HeartbeatReply } from "./types";

const names = ["state", "deadline", "pause", "notice", "handed_in"];
/** The browser opens a broken stream anew by itself; one that was refused is tried again after this. */
const refusedMs = 30000;

/** The part of an EventSource that is used here. */
export interface Source {
  readonly readyState: number;
  onerror: ((e: Event) => unknown) | null;
  addEventListener(name: string, heard: (e: MessageEvent<string>) => void): void;
  close(): void;
}

const closed = 2; // EventSource.CLOSED

export class Stream {
  private source: Source | null = null;
  private cancel: (() => void) | null = null;

  constructor(
    private readonly connect: () => Source | null,
    private readonly timers: Timers,
    private readonly heard: (reply: HeartbeatReply) => void,
  ) {}

  /** Opens the stream, when the page is seen; harmless where it is open. */
  open(): void {
    if (this.source) return;
    const source = this.connect();
    if (!source) return;
    this.source = source;
    for (const name of names) source.addEventListener(name, (e) => this.take(e.data));
    source.onerror = () => {
      if (this.source !== source || source.readyState !== closed) return;
      this.close();
      this.cancel = this.timers.after(refusedMs, () => this.open());
    };
  }

  close(): void {
    this.cancel?.();
    this.cancel = null;
    this.source?.close();
    this.source = null;
  }

  private take(data: string): void {
    try {
      this.heard(JSON.parse(data) as HeartbeatReply);
    } catch {
      // Cut short: the heart-beat brings it whole.
    }
  }
}

/** Null where the browser has no event streams. */
export function browserSource(attempt: string): Source | null {
  return "EventSource" in self ? new EventSource(`/api/v1/attempts/${attempt}/events`) : null;
}
