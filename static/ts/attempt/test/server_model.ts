import type { ChangeResult } from "../core/outbox";
import type { Change, Response } from "../core/types";

/** What decisions 13 and 15 say of one lease: an insert-only journal and its greatest number. */
export class ServerModel {
  readonly journal = new Map<number, { slot: number; response: string }>();
  lastSeq = 0;

  apply(changes: Change[]): { kind: "results"; results: ChangeResult[] } {
    return { kind: "results", results: changes.map((c) => this.applyOne(c)) };
  }

  /** The newest accepted response of a slot, as JSON; undefined when there is none. */
  current(slot: number): string | undefined {
    return this.journal.get(this.newest(slot))?.response;
  }

  /** The number of a slot's newest accepted response; 0 when there is none. */
  newest(slot: number): number {
    return Math.max(0, ...[...this.journal].filter(([, c]) => c.slot === slot).map(([seq]) => seq));
  }

  private applyOne(c: Change): ChangeResult {
    const { slot, client_seq } = c;
    const response = JSON.stringify(c.response);
    const known = this.journal.get(client_seq);
    if (client_seq > this.lastSeq) {
      this.journal.set(client_seq, { slot, response });
      this.lastSeq = client_seq;
    } else if (!known || known.slot !== slot || known.response !== response) {
      return { slot, client_seq, status: "out_of_order", lastSeq: this.lastSeq };
    }
    return { slot, client_seq, status: "saved", savedAt: "2026-01-05T01:00:00Z" };
  }
}

export const text = (r: Response): string => JSON.stringify(r);
