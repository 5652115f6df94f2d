import { moved, orderOf } from "../core/response";
import type { Sitting } from "../core/sitting";
import type { Slot } from "../core/types";
import { button, el, say } from "./dom";
import type { Look } from "./look";
import type { Answer, Controls } from "./question";
import { optionText } from "./rich";

/**
 * Options that are put in order by buttons, which keyboards, switches and fingers all press. The order in which they stand
 * at first is none of the examinee's: it counts when one is moved, or when "this order" is pressed.
 */
export function ordering(slot: Slot, answer: Answer, sitting: Sitting, look: Look): Controls {
  const list = el("ol", { class: "order" });
  const spoken = el("p", { class: "visually-hidden", role: "status" });
  const current = () => orderOf(slot, sitting.answers.response(slot.slot));
  const move = (id: string, text: string, by: -1 | 1) => {
    const order = moved(current(), id, by);
    answer({ order }, "now");
    say(spoken, look.words("attempt.question.order.moved", { text, n: order.indexOf(id) + 1 }));
  };
  const items = (slot.options ?? []).map((o) => {
    const mover = (key: string, sign: string, by: -1 | 1) =>
      el("button", { type: "button", class: "move", "aria-label": look.words(key, { text: o.text }), onclick: () => move(o.id, o.text, by) }, sign);
    const up = mover("attempt.question.order.up", "↑", -1);
    const down = mover("attempt.question.order.down", "↓", 1);
    return { id: o.id, up, down, root: el("li", { class: "order-item" }, optionText(o.id, o.text, o.html), up, down) };
  });
  const keep = button(look.words("attempt.question.order.keep"), () => answer({ order: current() }, "now"));
  list.append(...items.map((i) => i.root));
  return {
    nodes: [list, spoken, keep],
    show(r) {
      keep.hidden = Boolean(r && "order" in r);
      const order = orderOf(slot, r);
      const focused = document.activeElement;
      order.forEach((id, place) => {
        const item = items.find((i) => i.id === id);
        if (!item) return;
        if (list.children[place] !== item.root) list.insertBefore(item.root, list.children[place] ?? null);
        item.up.setAttribute("aria-disabled", String(place === 0));
        item.down.setAttribute("aria-disabled", String(place === order.length - 1));
      });
      // An element that is moved loses the focus.
      if (focused instanceof HTMLElement && list.contains(focused) && focused !== document.activeElement) focused.focus();
    },
    choose: () => undefined,
  };
}
