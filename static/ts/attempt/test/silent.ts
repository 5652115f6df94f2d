import type { Journal } from "../core/journal";
import { Speech } from "../core/speech";
import type { Timers } from "../core/timer";

/** The spoken answers of an attempt that has none. */
export function silent(journal: Journal, timers: Timers): Speech {
  return new Speech({
    save: () => Promise.resolve({ kind: "offline" }), journal, timers, today: () => 0, open: () => Promise.resolve("absent"), name: () => "none",
    keep: { put: () => undefined, remove: () => undefined, all: () => Promise.resolve([]), forget: () => undefined },
    halted: () => undefined, news: () => undefined, unwanted: () => undefined, changed: () => undefined,
  });
}
