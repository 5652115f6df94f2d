// The journal of one attempt in this browser: every change is written to localStorage
// before anything else happens to it. localStorage because it is synchronous: a page that
// is killed the next moment has already kept the answer (IndexedDB fails after
// backgrounding on iOS). One key per slot, so that a write can spoil no other slot.

import type { Response } from "./types";

export interface KeyValue {
  readonly length: number;
  key(i: number): string | null;
  getItem(k: string): string | null;
  setItem(k: string, v: string): void;
  removeItem(k: string): void;
}

/** The newest value of one slot and whether the server is known to hold it. */
export interface Entry {
  slot: number;
  response: Response;
  /** Estimated server time of the change, ms; orders this device's change against another's. */
  at: number;
  /** The number it is sent under; null when it must get another one. */
  seq: number | null;
  /** The server's saved_at; null until the server has confirmed exactly this value. */
  savedAt: string | null;
  /** The server said that this is no response to this question (422). */
  refused?: boolean;
}

const prefix = "peikao.journal.";

// A page that could not read its counter may have sent one batch and one parting request
// that are still under way; numbers start beyond both.
const unknownCounterGap = 200;

export class Journal {
  private readonly entries = new Map<number, Entry>();
  private counter = 0;
  private counterKnown = false;
  /** Storage refused a write: what is unsent lives in memory only. */
  full = false;

  constructor(
    private readonly store: KeyValue | null,
    readonly attempt: string,
    readonly client: string,
  ) {
    this.full = store === null;
    this.load();
  }

  /**
   * Records a change under a number of its own; true when it now stands in storage and not in memory alone. The number says
   * later which of two values is the newer one: a browser that is killed may come back with an older state of its storage.
   */
  write(slot: number, response: Response, at: number): boolean {
    const e: Entry = { slot, response, at, seq: null, savedAt: null };
    this.entries.set(slot, e);
    this.number([e]);
    return !this.full;
  }

  /** Takes in what the server holds for a slot. */
  adopt(slot: number, response: Response, savedAt: string): void {
    this.put({ slot, response, at: Date.parse(savedAt), seq: null, savedAt });
  }

  get(slot: number): Entry | undefined {
    return this.entries.get(slot);
  }

  all(): Entry[] {
    return [...this.entries.values()].sort((a, b) => a.slot - b.slot);
  }

  /** What the server is not known to hold, oldest change first. */
  unsent(): Entry[] {
    return this.all()
      .filter((e) => e.savedAt === null && !e.refused)
      .sort((a, b) => a.at - b.at || a.slot - b.slot);
  }

  /**
   * Gives every listed entry its number. A number is never given to two values: the
   * counter is stored before the first byte leaves, so that a request still under way
   * from before a reload can never look newer than what is typed after it.
   */
  number(entries: Entry[]): void {
    const fresh = entries.filter((e) => e.seq === null);
    if (fresh.length === 0) return;
    if (!this.counterKnown) {
      this.counter += unknownCounterGap;
      this.counterKnown = true;
    }
    const first = this.counter + 1;
    this.counter += fresh.length;
    this.save("seq", String(this.counter));
    fresh.forEach((e, i) => {
      e.seq = first + i;
      this.save(String(e.slot), JSON.stringify(e));
    });
  }

  /** The server has numbers up to last: ours start beyond it. */
  raise(last: number): void {
    if (last > this.counter) this.counter = last;
  }

  /**
   * Storage may stand in an older state than the one from which this tab numbered last (a browser that was killed), and no server
   * can be asked: what is typed from here on gets numbers beyond all that may have been given.
   */
  skip(): void {
    this.counter += unknownCounterGap;
  }

  /** Everything unsent gets a new number at the next sending. */
  renumber(): void {
    for (const e of this.unsent()) {
      if (e.seq !== null) this.put({ ...e, seq: null });
    }
  }

  /** The server holds value number seq of this slot; a value typed meanwhile stays unsent. */
  ack(slot: number, seq: number, savedAt: string): boolean {
    const e = this.entries.get(slot);
    if (!e || e.seq !== seq) return false;
    this.put({ ...e, savedAt });
    return true;
  }

  refuse(slot: number, seq: number): void {
    const e = this.entries.get(slot);
    if (e && e.seq === seq) this.put({ ...e, refused: true });
  }

  /** Forgets the attempt on this device, once the receipt is there. */
  forget(): void {
    for (const k of keysOf(this.store, this.base())) this.store?.removeItem(k);
  }

  private base(): string {
    return prefix + this.attempt + "." + this.client + ".";
  }

  private put(e: Entry): boolean {
    this.entries.set(e.slot, e);
    return this.save(String(e.slot), JSON.stringify(e));
  }

  private save(name: string, value: string): boolean {
    try {
      if (!this.store) return false;
      this.store.setItem(this.base() + name, value);
      this.full = false;
      return true;
    } catch {
      this.full = true;
      return false;
    }
  }

  private load(): void {
    for (const k of keysOf(this.store, this.base())) {
      const name = k.slice(this.base().length);
      const value = this.store?.getItem(k) ?? "";
      if (name === "seq") {
        this.counter = Math.max(this.counter, Number(value) || 0);
        this.counterKnown = true;
        continue;
      }
      const e = parseEntry(value);
      if (e) this.entries.set(e.slot, e);
    }
  }
}

/** The client ids that have a journal of this attempt in this browser. */
export function clientsWithJournal(store: KeyValue | null, attempt: string): string[] {
  const base = prefix + attempt + ".";
  const clients = keysOf(store, base).map((k) => k.slice(base.length).split(".")[0] ?? "");
  return [...new Set(clients)].filter((c) => c !== "");
}

/** Where the browser keeps no storage (private mode, policy), the page runs on memory. */
export function openStorage(open: () => KeyValue): KeyValue | null {
  try {
    const s = open();
    s.setItem("peikao.probe", "1");
    s.removeItem("peikao.probe");
    return s;
  } catch {
    return null;
  }
}

function keysOf(store: KeyValue | null, base: string): string[] {
  const keys: string[] = [];
  for (let i = 0; store && i < store.length; i++) {
    const k = store.key(i);
    if (k !== null && k.startsWith(base)) keys.push(k);
  }
  return keys;
}

function parseEntry(text: string): Entry | null {
  try {
    const e = JSON.parse(text) as Entry;
    return typeof e.slot === "number" && typeof e.at === "number" ? e : null;
  } catch {
    return null;
  }
}
