import type { Sitting } from "../core/sitting";
import type { Look } from "./look";
import type { Marks } from "./marks";
import { button, el, say, seen } from "./dom";

type Filter = "all" | "unanswered" | "flagged" | "unsent";

/** The answer card: states by shape and colour, a legend with counts that filters. */
export class Card {
  readonly root: HTMLElement;
  private filter: Filter = "all";
  private readonly cells = new Map<number, HTMLButtonElement>();
  private groups: Array<{ root: HTMLElement; slots: number[] }> = [];
  private readonly grid = el("div", { class: "card-groups" });
  private readonly place = el("p", { class: "hint" });
  private readonly finish: HTMLButtonElement;
  private readonly filters = new Map<Filter, HTMLButtonElement>();
  private readonly none: HTMLElement;
  private readonly elsewhere: HTMLElement;
  private readonly handIn: HTMLButtonElement;

  constructor(
    private readonly sitting: Sitting,
    private readonly marks: Marks,
    private readonly look: Look,
    private readonly go: (slot: number) => void,
    finish: () => void,
    handIn: () => void,
    takeOver: () => void,
    private readonly filtered: () => void,
  ) {
    const t = look.words;
    this.none = el("p", { class: "hint", hidden: true }, t("attempt.card.none"));
    this.handIn = button(t("attempt.card.handin"), seen(handIn), "btn primary wide");
    this.handIn.setAttribute("aria-describedby", "elsewhere");
    this.finish = button(t("attempt.section.finish"), seen(finish), "btn primary wide");
    this.elsewhere = el(
      "div",
      { hidden: true },
      el("p", { class: "hint", id: "elsewhere" }, t("attempt.card.elsewhere")),
      button(t("attempt.action.takeover"), takeOver, "btn wide"),
    );
    this.root = el(
      "div",
      { class: "card" },
      el("h2", {}, t("attempt.nav.card")),
      this.place,
      el("div", { class: "filters", role: "group", "aria-label": t("attempt.card.filter") }, ...this.filterButtons()),
      this.grid,
      this.none,
      this.legend(),
      this.elsewhere,
      this.finish,
      this.handIn,
    );
    this.fill();
  }

  /** The groups anew: the cells of what can be gone to, and of the sections before and behind it how they stand. */
  fill(): void {
    const { sections, section } = this.sitting;
    this.cells.clear();
    this.groups = [];
    this.place.hidden = section === 0;
    say(this.place, section === 0 ? "" : this.look.words("attempt.section.place", { n: section, total: sections.length }));
    const closed = (from: number, to: number, key: string) =>
      sections.slice(from, to).map((s, i) =>
        el("div", { class: "group" }, el("h3", {}, this.look.words("attempt.section.heading", { n: from + i + 1, title: s.title })), el("p", { class: "hint" }, this.look.words(key, { count: s.last - s.first + 1 }))),
      );
    const open = [...this.headings()].map(([name, slots]) => this.group(name, slots));
    this.grid.replaceChildren(...closed(0, section - 1, "attempt.section.done"), ...open, ...(section > 0 ? closed(section, sections.length, "attempt.section.later") : []));
    const last = this.sitting.ahead() === 0;
    this.finish.hidden = last;
    this.handIn.classList.toggle("primary", last);
  }

  update(current: number): void {
    this.elsewhere.hidden = !this.sitting.readOnly;
    this.handIn.disabled = !this.sitting.writable();
    this.finish.disabled = !this.sitting.writable();
    const count = { all: 0, unanswered: 0, flagged: 0, unsent: 0 };
    for (const s of this.sitting.slots) {
      const is = this.states(s.slot);
      count.all++;
      if (!is.answered) count.unanswered++;
      if (is.flagged) count.flagged++;
      if (is.unsent) count.unsent++;
      this.paint(s.slot, is, s.slot === current);
    }
    this.filters.forEach((b, f) => {
      b.setAttribute("aria-pressed", String(f === this.filter));
      say(b.lastElementChild as HTMLElement, String(count[f]));
    });
    this.groups.forEach((g) => (g.root.hidden = g.slots.every((s) => this.cells.get(s)?.hidden ?? true)));
    this.none.hidden = count[this.filter] > 0;
  }

  private headings(): Map<string, number[]> {
    const by = new Map<string, number[]>();
    for (const s of this.sitting.slots) {
      const name = this.sitting.section > 0 ? this.look.words("attempt.section.heading", { n: this.sitting.section, title: s.section ?? "" }) : (s.section ?? "");
      by.set(name, [...(by.get(name) ?? []), s.slot]);
    }
    return by;
  }

  private group(name: string, slots: number[]): HTMLElement {
    const cells = slots.map((n) => {
      const cell = el("button", { type: "button", class: "cell", onclick: () => this.go(n) }, String(n));
      this.cells.set(n, cell);
      return cell;
    });
    const root = el("div", { class: "group" }, name ? el("h3", {}, name) : null, el("div", { class: "cells" }, ...cells));
    this.groups.push({ root, slots });
    return root;
  }

  private filterButtons(): HTMLElement[] {
    const t = this.look.words;
    const names: Array<[Filter, string]> = [
      ["all", t("attempt.card.all")],
      ["unanswered", t("attempt.card.unanswered")],
      ["flagged", t("attempt.card.flagged")],
      ["unsent", t("attempt.card.unsent")],
    ];
    return names.map(([f, name]) => {
      const pick = () => {
        this.filter = f;
        this.filtered();
      };
      const b = el("button", { type: "button", class: "filter", onclick: pick }, name + " ", el("b"));
      this.filters.set(f, b);
      return b;
    });
  }

  private legend(): HTMLElement {
    const t = this.look.words;
    const item = (state: string, name: string) => el("li", {}, el("i", { class: "cell sample", ...flag(state) }), name);
    return el(
      "ul",
      { class: "legend" },
      item("", t("attempt.card.unanswered")),
      item("answered", t("attempt.card.answered")),
      item("current", t("attempt.card.current")),
      item("flagged", t("attempt.card.flagged")),
      item("unsent", t("attempt.card.unsent")),
    );
  }

  private states(slot: number) {
    return {
      answered: this.sitting.answers.isAnswered(slot),
      flagged: this.marks.flagged.has(slot),
      unsent: ["unsent", "refused"].includes(this.sitting.answers.slotState(slot)),
    };
  }

  private paint(slot: number, is: { answered: boolean; flagged: boolean; unsent: boolean }, current: boolean): void {
    const cell = this.cells.get(slot);
    if (!cell) return;
    const t = this.look.words;
    const names = [is.answered ? t("attempt.card.answered") : t("attempt.card.unanswered")];
    if (is.flagged) names.push(t("attempt.card.flagged"));
    if (is.unsent) names.push(this.sitting.answers.slotState(slot) === "refused" ? t("attempt.card.refused") : t("attempt.card.unsent"));
    for (const [name, on] of Object.entries({ ...is, current })) cell.toggleAttribute("data-" + name, on);
    cell.setAttribute("aria-label", t("attempt.card.cell", { n: slot, state: names.join(this.look.words("attempt.card.and")) }));
    if (current) cell.setAttribute("aria-current", "true");
    else cell.removeAttribute("aria-current");
    cell.hidden = !(this.filter === "all" || (this.filter === "unanswered" ? !is.answered : is[this.filter]));
  }
}

function flag(state: string): Record<string, boolean> {
  return state ? { ["data-" + state]: true } : {};
}
