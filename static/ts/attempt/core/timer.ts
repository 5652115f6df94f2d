/** Timers as a parameter, so that a test can run an hour in a millisecond. */
export interface Timers {
  /** Monotonic milliseconds. */
  now(): number;
  /** Calls fn once after ms; returns what cancels it. */
  after(ms: number, fn: () => void): () => void;
}

export const browserTimers: Timers = {
  now: () => performance.now(),
  after(ms, fn) {
    const id = setTimeout(fn, ms);
    return () => clearTimeout(id);
  },
};
