// The paper comes in its own order, the same for everybody, with the places that its questions have in this attempt. So the server compresses
// it once for all who start, and the page puts it in order.

import type { Paper, Slot } from "./types";

/** The paper apart from its order here. */
export interface SharedPaper {
  questions: Omit<Slot, "slot">[];
  /** Slot, question, and its options in the order to show them; questions and options are counted from 0. */
  places: number[][];
}

/** The paper as it is in this attempt; a server of the release before sends it so. */
export function inOrder(paper: Paper | SharedPaper): Paper {
  return "slots" in paper ? paper : { slots: paper.places.map((place) => slotAt(paper, place)) };
}

function slotAt(paper: SharedPaper, place: number[]): Slot {
  const [slot, question, ...order] = place as [number, number, ...number[]];
  const q = paper.questions[question]!;
  return q.options ? { ...q, slot, options: order.map((n) => q.options![n]!) } : { ...q, slot };
}
