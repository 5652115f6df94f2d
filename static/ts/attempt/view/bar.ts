import { clockParts, type ExamClock } from "../core/clock";
import type { Sitting } from "../core/sitting";
import type { Look } from "./look";
import type { Marks } from "./marks";
import { el, icon, say } from "./dom";

/** A save in flight is only mentioned when it takes this long. */
const quietMs = 400;
/** From here on the clock can't be hidden. */
const alwaysShownMs = 5 * 60000;

/** The top bar: place in the paper, save chip, clock, menu. */
export class Bar {
  readonly root: HTMLElement;
  private readonly place = el("span", { class: "place" });
  private readonly chipText = el("span");
  private readonly chip = el("span", { class: "chip" }, icon("check"), icon("cloud"), this.chipText);
  private readonly time = el("span", { role: "timer", class: "digits" });
  private readonly until = el("small", { class: "until" });
  private readonly clockButton: HTMLButtonElement;
  private readonly spoken = el("span", { class: "visually-hidden", role: "status" });
  private told = "";

  constructor(
    private readonly sitting: Sitting,
    private readonly clock: ExamClock,
    private readonly marks: Marks,
    private readonly look: Look,
    menu: () => void,
  ) {
    const t = look.words;
    this.clockButton = el(
      "button",
      { type: "button", class: "clock", title: t("attempt.clock.name"), onclick: () => this.toggleClock() },
      icon("clock"),
      this.time,
      this.until,
    );
    const more = el("button", { type: "button", class: "icon-button", "aria-label": t("attempt.bar.menu"), onclick: menu }, icon("dots"));
    this.root = el("div", { class: "bar" }, this.place, this.chip, this.clockButton, more, this.spoken);
  }

  update(current: number): void {
    say(this.place, this.look.words("attempt.bar.place", { n: current, total: this.sitting.total() }));
    this.updateChip();
    this.updateClock();
  }

  private toggleClock(): void {
    this.marks.settings.clockHidden = !this.marks.settings.clockHidden;
    this.marks.keep();
    this.updateClock();
  }

  private updateChip(): void {
    const t = this.look.words;
    const s = this.sitting.outbox.state();
    const slow = s.sendingSince !== null && performance.now() - s.sendingSince > quietMs;
    const last = this.sitting.answers.lastSavedAt();
    if (s.unsent > 0 && (s.failures > 0 || s.halt !== "")) {
      this.show("unsent", t("attempt.save.unsent", { count: s.unsent }), t("attempt.save.said.unsent"));
    } else if (s.unsent > 0 && (slow || last === "")) {
      this.show("saving", t("attempt.save.saving"), "");
    } else if (s.unsent === 0) {
      const text = last ? t("attempt.save.saved", { time: this.look.time(last, true) }) : t("attempt.save.none");
      this.show(last ? "saved" : "none", text, this.told ? t("attempt.save.said") : "");
    }
  }

  /** The chip shows every change; a screen reader hears only changes of kind. */
  private show(kind: string, text: string, spoken: string): void {
    this.chip.dataset.kind = kind;
    say(this.chipText, text);
    if (spoken === "" || spoken === this.told) return;
    this.told = spoken;
    say(this.spoken, spoken);
  }

  private updateClock(): void {
    const t = this.look.words;
    const left = this.clock.remainingMs();
    const parts = clockParts(left);
    const hidden = this.marks.settings.clockHidden && left > alwaysShownMs;
    const shown = left > 10 * 60000 ? t("attempt.clock.left", { minutes: parts.minutes }) : parts.text;
    say(this.time, hidden ? t("attempt.clock.hidden") : shown);
    // While the clock stands the deadline moves on: an hour would be a wrong one.
    const end = this.clock.paused ? t("attempt.clock.stands") : t("attempt.clock.until", { time: this.look.end(this.clock.deadlineAt) });
    const until = this.clock.doubtful ? t("attempt.clock.checking") : end;
    say(this.until, hidden ? "" : until);
    this.clockButton.dataset.level = left <= alwaysShownMs ? "late" : left <= 10 * 60000 ? "soon" : "";
  }
}
