import { Journal, type Entry } from "./journal";
import { sameResponse } from "./response";
import type { HeartbeatReply, SavedResponse, StartReply } from "./types";

/**
 * Which of two values of a slot counts, when this device has one that it is not known to have sent:
 * "number" – nobody else wrote: what was numbered before the server's change is older than it. It
 * is there when a browser was killed and came back with an older state of its storage.
 * "time" – another device may have written since: the later change (both remain as evidence).
 * "keep" – this device's, which waits for the lease.
 */
export type Precedence = "number" | "time" | "keep";

/**
 * Brings a journal and the server's responses together after a load or a take-over. What this
 * device has not sent and what counts by the precedence stays and will be sent; everything else
 * becomes what the server holds. Returns the slots whose local change gave way.
 */
export function reconcile(journal: Journal, saved: SavedResponse[], by: Precedence): number[] {
  const gaveWay: number[] = [];
  for (const s of saved) {
    const mine = journal.get(s.slot);
    const pending = mine !== undefined && mine.savedAt === null; // also what was refused: it waits for its person
    if (pending && counts(mine, s, by)) continue;
    if (pending && !sameResponse(mine.response, s.response)) gaveWay.push(s.slot);
    journal.adopt(s.slot, s.response, s.saved_at);
  }
  return gaveWay;
}

function counts(mine: Entry, saved: SavedResponse, by: Precedence): boolean {
  switch (by) {
    case "number":
      return mine.seq === null || mine.seq > saved.client_seq;
    case "time":
      return mine.at >= Date.parse(saved.saved_at);
    case "keep":
      return true;
  }
}

/**
 * Takes over what a closed tab of this browser had not sent: entries that are newer than
 * what this journal has for their slot.
 */
export function inherit(journal: Journal, orphans: Journal[]): Entry[] {
  const taken: Entry[] = [];
  for (const e of orphans.flatMap((o) => o.unsent())) {
    const mine = journal.get(e.slot);
    if (mine && mine.at >= e.at) continue;
    journal.write(e.slot, e.response, e.at);
    taken.push(e);
  }
  return taken;
}

/** The greatest number that the server knows, of this lease or an earlier one. */
export function lastNumber(start: StartReply): number {
  return Math.max(start.last_seq ?? 0, ...start.responses.map((r) => r.client_seq));
}

/** The part of a sheet that a heart-beat would tell. */
export function standingOf(s: StartReply): HeartbeatReply {
  const { deadline_at, paused_at, news, notices } = s;
  return { deadline_at, paused_at, news, notices };
}
