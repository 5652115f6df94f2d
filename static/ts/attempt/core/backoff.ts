const stepsMs = [1000, 2000, 4000, 8000, 15000];

/**
 * The wait before try number n (1 = first retry), ms: 1-2-4-8-15 s and then 15 s for ever,
 * less up to 30 % so that a room of phones does not come back in the same instant; never
 * shorter than what the server asked for.
 */
export function backoffMs(n: number, random: () => number, retryAfterMs = 0): number {
  const step = stepsMs[Math.min(Math.max(n, 1), stepsMs.length) - 1] ?? 15000;
  return Math.max(Math.round(step * (1 - 0.3 * random())), Math.min(retryAfterMs, 15000));
}
