import { blanksResponse, gapCount, toggled } from "../core/response";
import type { Sitting } from "../core/sitting";
import type { Option, Response, Slot } from "../core/types";
import type { Urgency } from "../core/outbox";
import type { Look } from "./look";
import { el, say } from "./dom";
import { labelling } from "./labelling";
import { matching } from "./matching";
import { ordering } from "./ordering";
import { optionText, rich } from "./rich";
import { short } from "./short";
import { spoken } from "./spoken";
import { stimulus } from "./stimulus";
import { typed } from "./typed";

/** One question of the paper on the page. */
export interface QuestionView {
  slot: Slot;
  root: HTMLElement;
  /** Brings controls, flag and save line up to what the sitting knows. */
  update(): void;
  /** Chooses option number i (from 0), as the number keys do. */
  choose(i: number): void;
}

export type Answer = (r: Response, u: Urgency) => void;
export interface Controls {
  nodes: HTMLElement[];
  show(r: Response | undefined): void;
  choose(i: number): void;
}

/** A fieldset per question: its legend is number, type, points and stem. */
export function questionView(slot: Slot, previous: Slot | undefined, total: number, sitting: Sitting, look: Look): QuestionView {
  const t = look.words;
  const answer: Answer = (r, u) => sitting.answer(slot.slot, r, u);
  const controls = controlsFor(slot, answer, sitting, look);
  const saved = el("p", { class: "slot-state" });
  const hintId = `hint-${slot.slot}`;
  const hint = hintOf(slot.type, look);
  const fields = el(
    "fieldset",
    hint ? { "aria-describedby": hintId } : {},
    el(
      "legend",
      {},
      el("span", { class: "visually-hidden" }, t("attempt.question.name", { n: slot.slot, total })),
      el("span", { class: "kind" }, el("span", { class: "number", "aria-hidden": "true" }, `${slot.slot}`), meta(slot, look)),
      slot.pieces ? null : rich("span", "stem", slot.stem, slot.html),
    ),
    hint ? el("p", { class: "hint", id: hintId }, hint) : null,
    ...controls.nodes,
  );
  const clear = el("button", { type: "button", class: "link", onclick: () => answer(null, "now") }, t("attempt.question.clear"));
  const foot = el("div", { class: "slot-foot" }, saved, clear);
  const root = el("section", { class: "question", id: `q${slot.slot}` }, stimulus(slot, previous, look), fields, foot);
  return {
    slot,
    root,
    choose: controls.choose,
    update() {
      controls.show(sitting.answers.response(slot.slot));
      fields.disabled = !sitting.writable();
      clear.hidden = slot.type === "spoken" || !sitting.answers.isAnswered(slot.slot) || !sitting.writable();
      const state = sitting.answers.slotState(slot.slot);
      saved.dataset.state = state;
      say(saved, stateText(state, sitting.answers.savedAt(slot.slot), look));
    },
  };
}

function meta(slot: Slot, look: Look): string {
  const names: Record<string, string> = {
    single: look.words("attempt.type.single"),
    multiple: look.words("attempt.type.multiple"),
    true_false: look.words("attempt.type.true_false"),
    blank: look.words("attempt.type.blank"),
    short: look.words("attempt.type.short"),
    judgement: look.words("attempt.type.judgement"),
    matching: look.words("attempt.type.matching"),
    ordering: look.words("attempt.type.ordering"),
    labelling: look.words("attempt.type.labelling"),
    essay: look.words("attempt.type.essay"),
    spoken: look.words("attempt.type.spoken"),
  };
  const name = names[slot.type] ?? look.words("attempt.type.other");
  return name + " · " + look.words("attempt.question.points", { points: Number(slot.points) });
}

function hintOf(type: string, look: Look): string | undefined {
  const hints: Record<string, string> = {
    multiple: look.words("attempt.question.hint.multiple"),
    judgement: look.words("attempt.question.hint.judgement"),
    matching: look.words("attempt.question.hint.matching"),
    ordering: look.words("attempt.question.hint.ordering"),
    labelling: look.words("attempt.question.hint.labelling"),
    spoken: look.words("attempt.question.hint.spoken"),
  };
  return hints[type];
}

function stateText(state: string, savedAt: string, look: Look): string {
  if (state === "saved") return look.words("attempt.slot.saved", { time: look.time(savedAt, true) });
  if (state === "unsent") return look.words("attempt.slot.unsent");
  return state === "refused" ? look.words("attempt.slot.refused") : "";
}

function controlsFor(slot: Slot, answer: Answer, sitting: Sitting, look: Look): Controls {
  if (slot.type === "multiple") return multiple(slot, answer, sitting);
  if (slot.type === "blank") return blanks(slot, answer, sitting, look);
  if (slot.type === "matching") return matching(slot, answer, sitting, look);
  if (slot.type === "ordering") return ordering(slot, answer, sitting, look);
  if (slot.type === "labelling") return labelling(slot, answer, sitting);
  if (slot.type === "spoken") return spoken(slot, answer, sitting, look);
  if (slot.type === "short" || slot.type === "essay") return short(slot, answer, sitting, look);
  if (slot.type === "true_false") {
    const yes = { id: "true", text: look.words("attempt.question.true") };
    return single(slot, [yes, { id: "false", text: look.words("attempt.question.false") }], answer);
  }
  return single(slot, slot.options ?? [], answer);
}

function row(kind: "radio" | "checkbox", slot: Slot, o: Option, i: number, change: (on: boolean) => void): [HTMLElement, HTMLInputElement] {
  const input = el("input", { type: kind, name: `slot-${slot.slot}`, value: o.id, autocomplete: "off" });
  input.addEventListener("change", () => change(input.checked));
  const letter = el("span", { class: "letter" }, String.fromCharCode(65 + i));
  return [el("label", { class: "option" }, input, letter, optionText(o.id, o.text, o.html)), input];
}

function single(slot: Slot, options: Option[], answer: Answer): Controls {
  const rows = options.map((o, i) => row("radio", slot, o, i, () => answer({ choice: o.id }, "now")));
  return {
    nodes: rows.map(([label]) => label),
    show(r) {
      const id = r && "choice" in r ? r.choice : "";
      rows.forEach(([, input]) => (input.checked = input.value === id));
    },
    choose(i) {
      rows[i]?.[1].click();
    },
  };
}

function multiple(slot: Slot, answer: Answer, sitting: Sitting): Controls {
  const change = (id: string, on: boolean) => answer(toggled(slot, sitting.answers.response(slot.slot), id, on), "now");
  const rows = (slot.options ?? []).map((o, i) => row("checkbox", slot, o, i, (on) => change(o.id, on)));
  return {
    nodes: rows.map(([label]) => label),
    show(r) {
      const ids = r && "choices" in r ? r.choices : [];
      rows.forEach(([, input]) => (input.checked = ids.includes(input.value)));
    },
    choose(i) {
      rows[i]?.[1].click();
    },
  };
}

const longestText = 1000;

function blanks(slot: Slot, answer: Answer, sitting: Sitting, look: Look): Controls {
  const inputs = Array.from({ length: gapCount(slot) }, () =>
    el("input", {
      type: "text", class: "gap", maxlength: longestText, enterkeyhint: "done",
      autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    }),
  );
  const value = () => blanksResponse(inputs.map((i) => i.value));
  inputs.forEach((input) => typed(input, sitting, () => answer(value(), "text")));
  const one = inputs.length === 1;
  return {
    nodes: inputs.map((input, i) =>
      el("label", { class: "gap-row" }, one ? look.words("attempt.type.blank") : look.words("attempt.question.gap", { n: i + 1 }), input),
    ),
    show(r) {
      const texts = r && "blanks" in r ? r.blanks : [];
      inputs.forEach((input, i) => {
        const text = texts[i] ?? "";
        if (input !== document.activeElement && input.value !== text) input.value = text;
      });
    },
    choose: () => undefined,
  };
}
