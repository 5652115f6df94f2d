import type { Response, Slot } from "./types";

/** Whether a response counts as an answer: a cleared or empty one does not. */
export function answered(r: Response | undefined): boolean {
  if (!r) return false;
  if ("choice" in r) return r.choice !== "";
  if ("choices" in r) return r.choices.length > 0;
  if ("text" in r) return r.text.trim() !== "";
  if ("matches" in r) return r.matches.some((m) => m !== "");
  if ("order" in r) return r.order.length > 0;
  if ("recording" in r) return r.recording.parts > 0;
  return r.blanks.some((b) => b.trim() !== "");
}

/** Equal values; the order of several choices does not matter. */
export function sameResponse(a: Response | undefined, b: Response | undefined): boolean {
  return canonical(a ?? null) === canonical(b ?? null);
}

function canonical(r: Response): string {
  if (r && "choices" in r) return JSON.stringify({ choices: [...r.choices].sort() });
  return JSON.stringify(r);
}

/** The number of gaps: what the paper says, else the gaps that stand in the stem as "____". */
export function gapCount(s: Slot): number {
  if (s.blanks && s.blanks > 0) return s.blanks;
  return Math.max(1, s.stem.match(/_{4,}/g)?.length ?? 0);
}

/** Text that PostgreSQL's jsonb refuses (NUL, lone surrogates) never leaves the page. */
export function cleanText(s: string): string {
  return s
    .replace(/\u0000/g, "")
    .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/g, "")
    .replace(/(^|[^\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "$1");
}

/** The response of a set of texts: all empty is a cleared question. */
export function blanksResponse(texts: string[]): Response {
  const blanks = texts.map(cleanText);
  return blanks.every((b) => b === "") ? null : { blanks };
}

/** The response of a short answer: empty is a cleared question. */
export function textResponse(text: string): Response {
  const clean = cleanText(text);
  return clean === "" ? null : { text: clean };
}

/** How many characters the server takes in an answer that is written: more in an essay. */
export function longestAnswer(s: Slot): number {
  return s.type === "essay" ? 20_000 : 5000;
}

/**
 * How much can still be written, said only near the end and in steps, so that neither eyes nor a screen reader follow every
 * key: null far from the end, else the room left rounded down to hundreds, below hundred to twenties, 0 when it is full.
 */
export function roomLeft(text: string, longest: number): number | null {
  const left = Math.max(0, longest - text.length);
  if (left > 500) return null;
  if (left === 0) return 0;
  const step = left >= 100 ? 100 : 20;
  return Math.max(1, Math.floor(left / step) * step);
}

/** The response after ticking or clearing one of several choices, in the paper's order. */
export function toggled(s: Slot, current: Response | undefined, id: string, on: boolean): Response {
  const had = current && "choices" in current ? current.choices : [];
  const choices = choiceIds(s).filter((o) => (o === id ? on : had.includes(o)));
  return choices.length > 0 ? { choices } : null;
}

/** What can be chosen: options, or the marked parts of a text. */
export function choiceIds(s: Slot): string[] {
  if (s.type === "labelling") return (s.pieces ?? []).flatMap((p) => (p.id ? [p.id] : []));
  return (s.options ?? []).map((o) => o.id);
}

/** The response after choosing an option ("" takes it back) for a row; nothing chosen at all is a cleared question. */
export function matched(s: Slot, current: Response | undefined, row: number, id: string): Response {
  const had = current && "matches" in current ? current.matches : [];
  const matches = (s.rows ?? []).map((_, i) => (i === row ? id : (had[i] ?? "")));
  return matches.every((m) => m === "") ? null : { matches };
}

/** The order in which an ordering question stands: the answer, else that of the paper. */
export function orderOf(s: Slot, current: Response | undefined): string[] {
  return current && "order" in current ? current.order : choiceIds(s);
}

/** The order after moving an option by one place; at an end it stays. */
export function moved(order: string[], id: string, by: -1 | 1): string[] {
  const from = order.indexOf(id);
  const other = order[from + by];
  if (from < 0 || other === undefined) return order;
  return order.map((o) => (o === id ? other : o === other ? id : o));
}
