// Waiting between attempts: 1-2-4-8-15 s, each up to a quarter longer, so that
// many pages do not come back in the same moment.
const waits = [1, 2, 4, 8, 15];

export function backOff(attempt: number): number {
  const seconds = waits[Math.min(attempt, waits.length - 1)] ?? 15;
  return seconds * 1000 * (1 + Math.random() / 4);
}

// pause ends early when the network comes back or the signal aborts.
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new DOMException("", "AbortError"));
    const done = (): void => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal.removeEventListener("abort", abort);
      resolve();
    };
    const abort = (): void => {
      done();
      reject(new DOMException("", "AbortError"));
    };
    const timer = setTimeout(done, ms);
    window.addEventListener("online", done);
    signal.addEventListener("abort", abort);
  });
}
