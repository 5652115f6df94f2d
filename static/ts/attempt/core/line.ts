import type { OutboxState } from "./outbox";

/** What the strip under the bar says; the words' keys are "attempt.line.<state>" and "….more". */
export type LineState =
  | "calm"
  | "uploading"
  | "unsteady"
  | "broken"
  | "busy"
  | "login"
  | "elsewhere"
  | "memory";

export interface LineFacts {
  outbox: OutboxState;
  /** The journal could not write to this device. */
  full: boolean;
  /** Heart-beats that failed in a row, and the monotonic time of the first. */
  beatFailures: number;
  beatFailingSince: number | null;
  readOnly: boolean;
  now: number;
}

const longMs = 60000;
/** A save that has waited so long for its reply is told, before it counts as failed. */
const slowMs = 3000;

/**
 * The state of the line, from the answers of saves and heart-beats alone (never
 * navigator.onLine and never a push channel, which tell of lines that are fine).
 */
export function lineState(f: LineFacts): LineState {
  if (f.outbox.halt === "login") return "login";
  if (f.readOnly || f.outbox.halt === "lease") return "elsewhere";
  if (f.full && (f.outbox.unsent > 0 || f.outbox.failures > 0)) return "memory";
  const failures = Math.max(f.outbox.failures, f.beatFailures);
  const slow = f.outbox.sendingSince !== null && f.now - f.outbox.sendingSince >= slowMs;
  if (failures === 0) return slow ? "uploading" : "calm";
  if (f.outbox.busy) return "busy";
  const since = Math.min(f.outbox.failingSince ?? f.now, f.beatFailingSince ?? f.now);
  if (f.now - since >= longMs) return "broken";
  return failures <= 2 && f.outbox.failures > 0 ? "uploading" : "unsteady";
}
