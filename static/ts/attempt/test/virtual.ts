import type { KeyValue } from "../core/journal";
import type { Timers } from "../core/timer";

/** Time that a test moves: timers fire in order, replies settle in between. */
export class VirtualTime implements Timers {
  private at = 0;
  private next = 0;
  private readonly due = new Map<number, { at: number; fn: () => void }>();

  now(): number {
    return this.at;
  }

  after(ms: number, fn: () => void): () => void {
    const id = this.next++;
    this.due.set(id, { at: this.at + Math.max(0, ms), fn });
    return () => this.due.delete(id);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((done) => this.after(ms, done));
  }

  async advance(ms: number): Promise<void> {
    const end = this.at + ms;
    await settled();
    for (;;) {
      const first = [...this.due].filter(([, t]) => t.at <= end).sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
      if (!first) break;
      this.due.delete(first[0]);
      this.at = first[1].at;
      first[1].fn();
      await settled();
    }
    this.at = end;
  }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 12; i++) await Promise.resolve();
}

/** localStorage as a Map; refuses writes beyond its limit. */
export class MemoryStorage implements KeyValue {
  private values = new Map<string, string>();
  limit = Number.POSITIVE_INFINITY;

  /** The storage as it is now. */
  copy(): MemoryStorage {
    const c = new MemoryStorage();
    c.values = new Map(this.values);
    return c;
  }

  get length(): number {
    return this.values.size;
  }
  key(i: number): string | null {
    return [...this.values.keys()][i] ?? null;
  }
  getItem(k: string): string | null {
    return this.values.get(k) ?? null;
  }
  setItem(k: string, v: string): void {
    if (this.values.size >= this.limit && !this.values.has(k)) throw new Error("QuotaExceededError");
    this.values.set(k, v);
  }
  removeItem(k: string): void {
    this.values.delete(k);
  }
}

/** mulberry32: the same seed gives the same run. */
export function randomOf(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), s | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
