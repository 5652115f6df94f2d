import { matched } from "../core/response";
import type { Sitting } from "../core/sitting";
import type { Slot } from "../core/types";
import { el } from "./dom";
import type { Look } from "./look";
import type { Answer, Controls } from "./question";
import { optionText } from "./rich";

/** One list to choose from for each row; options with a file stand above them, since a list shows words alone. */
export function matching(slot: Slot, answer: Answer, sitting: Sitting, look: Look): Controls {
  const selects = (slot.rows ?? []).map((_, i) => {
    const choose = el("option", { value: "" }, look.words("attempt.question.choose"));
    const options = (slot.options ?? []).map((o, n) => el("option", { value: o.id }, `${String.fromCharCode(65 + n)}. ${o.text}`));
    const select = el("select", { class: "gap", autocomplete: "off" }, choose, ...options);
    select.addEventListener("change", () => answer(matched(slot, sitting.answers.response(slot.slot), i, select.value), "now"));
    return select;
  });
  const shown = (slot.options ?? []).flatMap((o, n) => (o.media?.length ? [optionText(o.id, `${String.fromCharCode(65 + n)}. ${o.text}`)] : []));
  return {
    nodes: [...shown, ...(slot.rows ?? []).map((row, i) => el("label", { class: "gap-row" }, el("span", { class: "text" }, row), selects[i] ?? null))],
    show(r) {
      const matches = r && "matches" in r ? r.matches : [];
      selects.forEach((select, i) => (select.value = matches[i] ?? ""));
    },
    choose: () => undefined,
  };
}
