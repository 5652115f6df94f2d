import { toggled } from "../core/response";
import type { Sitting } from "../core/sitting";
import type { Slot } from "../core/types";
import { el } from "./dom";
import type { Answer, Controls } from "./question";

/** A text in which parts are marked by pressing them. */
export function labelling(slot: Slot, answer: Answer, sitting: Sitting): Controls {
  const buttons: HTMLButtonElement[] = [];
  const part = (id: string, text: string) => {
    const b = el("button", { type: "button", class: "segment", value: id, "aria-pressed": "false" }, text);
    b.addEventListener("click", () => {
      const on = b.getAttribute("aria-pressed") !== "true";
      answer(toggled(slot, sitting.answers.response(slot.slot), id, on), "now");
    });
    buttons.push(b);
    return b;
  };
  const passage = el("div", { class: "stem passage" }, ...(slot.pieces ?? []).map((p) => (p.id ? part(p.id, p.text) : p.text)));
  return {
    nodes: [passage],
    show(r) {
      const ids = r && "choices" in r ? r.choices : [];
      buttons.forEach((b) => b.setAttribute("aria-pressed", String(ids.includes(b.value))));
    },
    choose(i) {
      buttons[i]?.click();
    },
  };
}
