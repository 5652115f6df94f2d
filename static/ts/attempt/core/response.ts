import type { Response, Slot } from "./types";

/** Whether a response counts as an answer: a cleared or empty one does not. */
export function answered(r: Response | undefined): boolean {
  if (!r) return false;
  if ("choice" in r) return r.choice !== "";
  if ("choices" in r) return r.choices.length > 0;
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

/** The response after ticking or clearing one of several choices, in the paper's order. */
export function toggled(s: Slot, current: Response | undefined, id: string, on: boolean): Response {
  const had = current && "choices" in current ? current.choices : [];
  const choices = (s.options ?? []).map((o) => o.id).filter((o) => (o === id ? on : had.includes(o)));
  return choices.length > 0 ? { choices } : null;
}
