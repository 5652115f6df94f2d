import { Journal, type Entry } from "./journal";
import { sameResponse } from "./response";
import type { SavedResponse } from "./types";

/**
 * Brings a journal and the server's responses together after a load or a take-over.
 * What this device has not sent stays and will be sent; everything else becomes what the
 * server holds. With sole = false another device may have written since: then the later
 * change of a slot wins (both remain as evidence on the server).
 * Returns the slots whose local change gave way.
 */
export function reconcile(journal: Journal, saved: SavedResponse[], sole: boolean): number[] {
  const gaveWay: number[] = [];
  for (const s of saved) {
    const mine = journal.get(s.slot);
    const pending = mine !== undefined && mine.savedAt === null && !mine.refused;
    if (pending && (sole || mine.at >= Date.parse(s.saved_at))) continue;
    if (pending && !sameResponse(mine.response, s.response)) gaveWay.push(s.slot);
    journal.adopt(s.slot, s.response, s.saved_at);
  }
  return gaveWay;
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
