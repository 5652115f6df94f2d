// What belongs to this device and person alone: flagged questions, text size, one question
// or all, shortcuts. Nothing of it is sent or judged.

import type { KeyValue } from "../core/journal";

export interface Settings {
  font: string; // per cent
  all: boolean; // 整卷
  keys: boolean;
  clockHidden: boolean;
}

const settingsKey = "peikao.display";

export class Marks {
  readonly flagged: Set<number>;
  readonly settings: Settings;

  constructor(
    private readonly store: KeyValue | null,
    private readonly attempt: string,
  ) {
    this.flagged = new Set(read<number[]>(store, this.flagKey(), []));
    const plain = { font: "100", all: false, keys: true, clockHidden: false };
    this.settings = { ...plain, ...read<Partial<Settings>>(store, settingsKey, {}) };
  }

  toggle(slot: number): boolean {
    if (!this.flagged.delete(slot)) this.flagged.add(slot);
    write(this.store, this.flagKey(), [...this.flagged]);
    return this.flagged.has(slot);
  }

  keep(): void {
    write(this.store, settingsKey, this.settings);
  }

  forget(): void {
    this.store?.removeItem(this.flagKey());
  }

  private flagKey(): string {
    return "peikao.flags." + this.attempt;
  }
}

function read<T>(store: KeyValue | null, key: string, plain: T): T {
  try {
    return (JSON.parse(store?.getItem(key) ?? "null") as T | null) ?? plain;
  } catch {
    return plain;
  }
}

function write(store: KeyValue | null, key: string, value: unknown): void {
  try {
    store?.setItem(key, JSON.stringify(value));
  } catch {
    // A flag that is not kept is lost at a reload; answers have their own journal.
  }
}
