import type { Outcome } from "./api";
import type { Timers } from "./timer";
import type { HeartbeatReply, PageEvent } from "./types";

const everyMs = 20000;
const afterFailureMs = 5000;
/** Evidence that waits for a beat; beyond it the oldest is dropped. */
const eventLimit = 200;
/** One beat carries at most so many events; the rest goes with the next. */
const perBeat = 50;

/**
 * Tells the server every 20 s that the page lives, hands over what was noticed, and brings
 * back the time, the deadline and notices. Events stay until a beat with them was answered.
 */
export class Heartbeat {
  private events: PageEvent[] = [];
  private cancel: (() => void) | null = null;
  private running = false;

  constructor(
    private readonly beat: (events: PageEvent[]) => Promise<Outcome<HeartbeatReply>>,
    private readonly timers: Timers,
    private readonly answered: (o: Outcome<HeartbeatReply>) => void,
  ) {}

  start(): void {
    this.running = true;
    this.next(everyMs);
  }

  stop(): void {
    this.running = false;
    this.cancel?.();
  }

  note(e: PageEvent): void {
    this.events.push(e);
    if (this.events.length > eventLimit) this.events.shift();
  }

  /** What a parting request takes along: what waits for a beat, and the parting itself. */
  parting(e: PageEvent): PageEvent[] {
    return [...this.events.slice(1 - perBeat), e];
  }

  /** Beats at once; the answer also goes to the listener. */
  async now(): Promise<Outcome<HeartbeatReply>> {
    this.cancel?.();
    const sent = this.events.slice(0, perBeat);
    const o = await this.beat(sent);
    if (o.kind === "ok") this.events = this.events.filter((e) => !sent.includes(e));
    this.answered(o);
    this.next(o.kind === "offline" || o.kind === "busy" ? afterFailureMs : everyMs);
    return o;
  }

  private next(ms: number): void {
    this.cancel?.();
    if (this.running) this.cancel = this.timers.after(ms, () => void this.now());
  }
}
