// What the invigilators told this attempt: notices to acknowledge, and corrected texts of questions. The server sends the
// whole list each time; this device remembers what its person has acknowledged.

import type { KeyValue } from "./journal";
import type { Notice } from "./types";

export class Tidings {
  private list: Notice[] = [];
  private readonly told = new Set<string>();
  private readonly seen: Set<string>;

  constructor(
    private readonly store: KeyValue | null,
    private readonly attempt: string,
  ) {
    this.seen = new Set(parse(store?.getItem(this.key()) ?? "[]"));
  }

  /** Takes the server's list; returns what is to be told now: neither acknowledged before nor told since the page was loaded. */
  take(list: Notice[] | null | undefined): Notice[] {
    if (!list) return [];
    this.list = list;
    const fresh = list.filter((n) => !this.seen.has(n.id) && !this.told.has(n.id));
    fresh.forEach((n) => this.told.add(n.id));
    return fresh;
  }

  /** 知道了 */
  acknowledge(id: string): void {
    this.seen.add(id);
    try {
      this.store?.setItem(this.key(), JSON.stringify([...this.seen]));
    } catch {
      // It is told once more after a reload.
    }
  }

  /** The corrections of a slot's text, the oldest first. */
  corrections(slot: number): Notice[] {
    return this.list.filter((n) => n.kind === "correction" && n.slot === slot);
  }

  forget(): void {
    this.store?.removeItem(this.key());
  }

  private key(): string {
    return "peikao.seen." + this.attempt;
  }
}

function parse(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.map(String) : [];
  } catch {
    return [];
  }
}
