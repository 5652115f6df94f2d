// The countdown. The server owns the deadline and tells the milliseconds left in every
// reply; between replies performance.now() counts. The device's date is read only to
// notice that the device slept (performance.now() stops in sleep on some systems).

const trustReplyMs = 60000;
const sleepGapMs = 2000;

export class ExamClock {
  private leftAtSync = 0;
  private syncedAt = 0;
  private syncedRtt = Number.POSITIVE_INFINITY;
  private serverAtSync = 0;
  private lastMono: number;
  private lastWall: number;
  /** Set when the device slept or its date jumped; cleared by the next reply. */
  doubtful = true;
  deadlineAt = "";
  /** The clock stands: an invigilator paused the attempt. */
  paused = false;
  /** Called when a reply brings another deadline than the one before, with the difference. */
  onMoved: (byMs: number) => void = () => undefined;

  constructor(
    private readonly mono: () => number,
    private readonly wall: () => number,
  ) {
    this.lastMono = mono();
    this.lastWall = wall();
  }

  /**
   * Takes a reply's remaining time. Half the round trip has passed since the server wrote
   * it. A slow reply does not replace a recent quick one, unless the deadline moved or the
   * clock was stopped or let run. paused is undefined in a reply that does not tell it, which
   * is worth nothing while the clock stands.
   */
  sync(remainingMs: number, serverTime: string | undefined, deadlineAt: string | undefined, sentAt: number, paused?: boolean): void {
    if (this.paused && paused === undefined) return;
    const now = this.mono();
    const rtt = Math.max(0, now - sentAt);
    const moved = deadlineAt !== undefined && deadlineAt !== this.deadlineAt;
    const turned = paused !== undefined && paused !== this.paused;
    const stale = now - this.syncedAt > trustReplyMs;
    if (!this.doubtful && !moved && !turned && !stale && rtt > this.syncedRtt) return;
    this.paused = paused ?? this.paused;
    this.leftAtSync = this.paused ? remainingMs : remainingMs - rtt / 2;
    this.serverAtSync = serverTime ? Date.parse(serverTime) + rtt / 2 : 0;
    this.syncedAt = now;
    this.syncedRtt = rtt;
    this.doubtful = false;
    this.lastMono = now;
    this.lastWall = this.wall();
    if (moved) this.move(deadlineAt, turned);
  }

  /** What this device thinks is left, until the first reply: good to look at, and nothing is decided by it. */
  estimate(remainingMs: number, deadlineAt: string, paused: boolean): void {
    this.leftAtSync = remainingMs;
    this.syncedAt = this.mono();
    this.deadlineAt = deadlineAt;
    this.paused = paused;
    this.doubtful = true;
  }

  /** The end of a pause moves the deadline too; that gives nobody more time and is told as what it is. */
  private move(deadlineAt: string, quiet: boolean): void {
    const by = Date.parse(deadlineAt) - Date.parse(this.deadlineAt);
    this.deadlineAt = deadlineAt;
    if (by && !quiet) this.onMoved(by);
  }

  /** Milliseconds left by the last reply, never below zero. */
  remainingMs(): number {
    return Math.max(0, this.leftAtSync - (this.paused ? 0 : this.mono() - this.syncedAt));
  }

  /** The server's time as far as the last replies tell; the device's where none came yet. */
  serverNow(): number {
    if (this.serverAtSync === 0) return this.wall();
    return this.serverAtSync + (this.mono() - this.syncedAt);
  }

  /** Call at every tick: true when the device slept or its date jumped since the last call. */
  tick(): boolean {
    const mono = this.mono();
    const wall = this.wall();
    const gap = Math.abs(wall - this.lastWall - (mono - this.lastMono));
    this.lastMono = mono;
    this.lastWall = wall;
    if (gap <= sleepGapMs) return false;
    this.doubtful = true;
    return true;
  }
}

/** Above ten minutes whole minutes (calmer, and never more than is left), below mm:ss. */
export function clockParts(ms: number): { minutes: number; text: string } {
  const seconds = Math.ceil(ms / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  return { minutes: Math.floor(seconds / 60), text: two(Math.floor(seconds / 60)) + ":" + two(seconds % 60) };
}

const thresholdsMinutes = [30, 10, 5, 1];

/** The threshold that was crossed between two readings, in minutes; 0 when none was. */
export function crossed(beforeMs: number, afterMs: number): number {
  const hit = thresholdsMinutes.filter((m) => beforeMs > m * 60000 && afterMs <= m * 60000);
  return hit.length > 0 ? Math.min(...hit) : 0;
}
