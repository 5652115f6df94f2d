import type { Slot } from "../core/types";
import { el } from "./dom";
import type { Look } from "./look";
import { rich } from "./rich";

/** What several questions ask about: open above the first of them, folded above the others. */
export function stimulus(slot: Slot, previous: Slot | undefined, look: Look): HTMLElement | null {
  const s = slot.stimulus;
  if (!s) return null;
  const first = previous?.stimulus?.id !== s.id;
  const title = s.title ? look.words("attempt.question.stimulus_named", { title: s.title }) : look.words("attempt.question.stimulus");
  return el("details", { class: "stimulus", open: first }, el("summary", {}, title), rich("div", "text", s.text, s.html));
}
