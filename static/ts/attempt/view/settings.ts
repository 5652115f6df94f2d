import type { Look } from "./look";
import type { Marks } from "./marks";
import { button, dialog, el } from "./dom";

const fonts = ["100", "115", "130", "150"];

/** The ⋯ menu: text size, one question or the whole paper, shortcuts, the time aloud. */
export function settingsDialog(marks: Marks, look: Look, changed: () => void, sayTime: () => void): HTMLDialogElement {
  const t = look.words;
  const s = marks.settings;
  const apply = () => {
    marks.keep();
    changed();
  };
  const choice = (name: string, value: string, label: string, on: boolean, pick: () => void) => {
    const input = el("input", { type: "radio", name, value, checked: on });
    input.addEventListener("change", () => {
      pick();
      apply();
    });
    return el("label", { class: "pick" }, input, el("span", {}, label));
  };
  const keys = el("input", { type: "checkbox", checked: s.keys });
  keys.addEventListener("change", () => {
    s.keys = keys.checked;
    apply();
  });
  const d = dialog(
    t("attempt.bar.menu"),
    "sheet",
    el("h2", {}, t("attempt.bar.menu")),
    el("fieldset", { class: "picks" }, el("legend", {}, t("attempt.settings.font")), ...fonts.map((f) => choice("font", f, f + " %", s.font === f, () => (s.font = f)))),
    el(
      "fieldset",
      { class: "picks" },
      el("legend", {}, t("attempt.settings.mode")),
      choice("mode", "one", t("attempt.settings.mode.one"), !s.all, () => (s.all = false)),
      choice("mode", "all", t("attempt.settings.mode.all"), s.all, () => (s.all = true)),
    ),
    el("label", { class: "switch" }, keys, el("span", {}, t("attempt.settings.keys"), el("small", {}, t("attempt.settings.keys.more")))),
    el("div", { class: "dialog-actions" }, button(t("attempt.clock.say"), sayTime), button(t("attempt.card.close"), () => d.close(), "btn primary")),
  );
  return d;
}
