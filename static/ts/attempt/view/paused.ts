import type { ExamClock } from "../core/clock";
import { clockParts } from "../core/clock";
import type { Sitting } from "../core/sitting";
import { el, focusOn, say } from "./dom";
import type { Look } from "./look";

/** 考试已暂停: lies over the paper while the clock stands, and gives the focus back when it runs. */
export class PausedLayer {
  private readonly title = el("h2");
  private readonly left = el("p", { class: "digits" });
  private readonly saved = el("p", { class: "hint" });
  private before: Element | null = null;
  readonly root: HTMLElement;

  constructor(
    private readonly sitting: Sitting,
    private readonly clock: ExamClock,
    private readonly look: Look,
  ) {
    say(this.title, look.words("attempt.paused"));
    this.root = el("div", { class: "handing paused", role: "alertdialog", "aria-label": look.words("attempt.paused"), hidden: true }, this.title, el("p", {}, look.words("attempt.paused.more")), this.left, this.saved);
  }

  get covers(): boolean {
    return this.sitting.pausedAt !== null && this.sitting.phase === "working";
  }

  update(): void {
    const t = this.look.words;
    if (this.covers) {
      say(this.left, t("attempt.paused.left", { time: clockParts(this.clock.remainingMs()).text }));
      const count = this.sitting.outbox.state().unsent;
      say(this.saved, count > 0 ? t("attempt.paused.unsent", { count }) : "");
    }
    if (this.root.hidden !== this.covers) return;
    this.root.hidden = !this.covers;
    if (this.covers) {
      this.before = document.activeElement;
      focusOn(this.title);
    } else if (this.before instanceof HTMLElement && this.before.isConnected) {
      this.before.focus({ preventScroll: true });
    }
  }
}
