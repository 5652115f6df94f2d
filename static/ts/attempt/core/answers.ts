import { answered } from "./response";
import type { Journal } from "./journal";
import type { Outbox } from "./outbox";
import type { Speech } from "./speech";
import type { Response, Slot } from "./types";

/** What this device knows of the answers of a sitting: what they are, what the server has of them, and what is still to be sent. */
export class Answers {
  constructor(
    private readonly slots: () => Slot[],
    private readonly journal: Journal,
    private readonly outbox: Outbox,
    private readonly speech: Speech,
  ) {}

  response(slot: number): Response | undefined {
    return this.journal.get(slot)?.response;
  }

  isAnswered(slot: number): boolean {
    return answered(this.response(slot)) || this.speech.has(slot);
  }

  /** What this device knows of a slot: saved at a time, or standing in the journal. */
  slotState(slot: number): "none" | "saved" | "unsent" | "refused" {
    if (this.speech.has(slot)) return "unsent";
    const e = this.journal.get(slot);
    if (!e) return "none";
    if (e.refused) return "refused";
    return e.savedAt === null ? "unsent" : "saved";
  }

  /** Questions whose last answer the server did not take: what it had before counts. */
  refused(): number[] {
    const spoken = (slot: number) => ["refused", "many"].includes(this.speech.state(slot).problem ?? "");
    return this.slots().map((s) => s.slot).filter((n) => this.slotState(n) === "refused" || spoken(n));
  }

  /** The same of the whole attempt, also of sections that are not shown any more. */
  notTaken(): number[] {
    const kept = this.journal.all().filter((e) => e.refused);
    return [...new Set([...kept.map((e) => e.slot), ...this.refused()])].sort((a, b) => a - b);
  }

  /** How many answers the server took within its grace, after the deadline. */
  late(deadlineAt: string): number {
    const end = Date.parse(deadlineAt);
    return this.journal.all().filter((e) => answered(e.response) && e.savedAt !== null && Date.parse(e.savedAt) > end).length;
  }

  /** Questions whose answer the server has not, or not whole. */
  unsent(): number {
    return this.outbox.state().unsent + this.speech.pending();
  }

  savedAt(slot: number): string {
    return this.journal.get(slot)?.savedAt ?? "";
  }

  lastSavedAt(): string {
    const times = this.journal.all().map((e) => e.savedAt ?? "");
    return times.reduce((a, b) => (Date.parse(b) > (Date.parse(a) || 0) ? b : a), "");
  }
}
