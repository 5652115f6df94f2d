import type { Tidings } from "../core/tidings";
import { el, say } from "./dom";
import type { Look } from "./look";
import type { QuestionView } from "./question";

/** The corrected text of a question, above it, with a mark; the last one counts. */
export class Corrections {
  private readonly boxes = new Map<number, { text: HTMLElement; at: HTMLElement }>();

  constructor(
    private readonly tidings: Tidings,
    private readonly look: Look,
  ) {}

  update(questions: QuestionView[]): void {
    for (const q of questions) {
      const list = this.tidings.corrections(q.slot.slot);
      const last = list[list.length - 1];
      if (!last) continue;
      const box = this.boxes.get(q.slot.slot) ?? this.add(q);
      say(box.text, last.text);
      say(box.at, last.at ? this.look.time(last.at) : "");
    }
  }

  private add(q: QuestionView): { text: HTMLElement; at: HTMLElement } {
    const id = `corrected-${q.slot.slot}`;
    const box = { text: el("span", { class: "stem" }), at: el("small") };
    const mark = el("strong", {}, this.look.words("attempt.question.corrected") + " ", box.at);
    q.root.prepend(el("p", { class: "corrected", id }, mark, box.text));
    q.root.toggleAttribute("data-corrected", true);
    // Whoever moves from field to field by ear comes past it too.
    const fields = q.root.querySelector("fieldset");
    fields?.setAttribute("aria-describedby", [fields.getAttribute("aria-describedby") ?? "", id].join(" ").trim());
    this.boxes.set(q.slot.slot, box);
    return box;
  }
}
