import type { ExamClock } from "../core/clock";
import type { Sitting } from "../core/sitting";
import { Bar } from "./bar";
import { Card } from "./card";
import { sectionDialog, submitDialog, takeOverDialog } from "./dialogs";
import { HandingIn } from "./end";
import { button, dialog, el, focusOn, icon, say } from "./dom";
import { Corrections } from "./corrections";
import { bindKeys } from "./keys";
import type { Look } from "./look";
import type { Marks } from "./marks";
import { NoticeQueue } from "./notice";
import { PausedLayer } from "./paused";
import { questionView, type QuestionView } from "./question";
import { settingsDialog } from "./settings";
import { NewsStrip, Strip } from "./strip";
import { Fullscreen, watermark } from "./watch";
import type { Tidings } from "../core/tidings";

export interface PageParts {
  sitting: Sitting;
  clock: ExamClock;
  tidings: Tidings;
  marks: Marks;
  look: Look;
  login: () => void;
  code: () => void;
}

const wide = "(min-width: 1024px)";

/** The paper on the screen: bar, strip, questions, answer card, buttons. */
export class Page {
  readonly root: HTMLElement;
  readonly news: NewsStrip;
  readonly notices: NoticeQueue;
  readonly spoken = el("p", { class: "visually-hidden", role: "status" });
  private readonly bar: Bar;
  private readonly strip: Strip;
  private readonly card: Card;
  private readonly handing: HandingIn;
  private readonly paused: PausedLayer;
  private readonly fullscreen: Fullscreen;
  private readonly corrections: Corrections;
  private questions: QuestionView[] = [];
  private readonly place = el("p", { class: "hint" });
  private readonly sheet: HTMLDialogElement;
  private readonly rail: HTMLElement;
  private readonly main: HTMLElement;
  private readonly foot: HTMLElement;
  private readonly previous: HTMLButtonElement;
  private readonly next: HTMLButtonElement;
  private readonly nextText = el("span");
  private readonly flagButton: HTMLButtonElement;
  private readonly flagText = el("span");
  private current = 0;
  private readonly seen = new IntersectionObserver(
    (entries) => {
      if (!this.p.marks.settings.all) return;
      const top = entries.find((e) => e.isIntersecting);
      if (top) this.current = this.questions.findIndex((q) => q.root === top.target);
    },
    { rootMargin: "-20% 0px -70% 0px" },
  );

  constructor(private readonly p: PageParts) {
    const { sitting, marks, look } = p;
    const t = look.words;
    this.bar = new Bar(sitting, p.clock, marks, look, () => this.open(this.settings()));
    this.strip = new Strip(look, {
      retry: () => sitting.wake(),
      login: p.login,
      takeOver: () => this.takeOver(),
      code: p.code,
    }, sitting.contact);
    this.news = new NewsStrip(look);
    this.notices = new NoticeQueue(look, (d) => this.open(d));
    this.paused = new PausedLayer(sitting, p.clock, look);
    this.fullscreen = new Fullscreen(sitting, look);
    this.corrections = new Corrections(p.tidings, look);
    this.card = new Card(sitting, marks, look, (n) => this.go(n), () => this.askSection(), () => this.askHandIn(), () => this.takeOver(), () => this.update());
    this.handing = new HandingIn(sitting, look, () => sitting.wake(), p.code);
    this.sheet = dialog(t("attempt.nav.card"), "sheet card-sheet");
    this.sheet.append(button(t("attempt.card.close"), () => this.sheet.close(), "link close"));
    this.rail = el("aside", { class: "rail", "aria-label": t("attempt.nav.card") });
    this.main = el("main", { class: "paper" });
    this.previous = el("button", { type: "button", class: "nav", onclick: () => this.step(-1) }, icon("left"), el("span", {}, t("attempt.nav.previous")));
    this.next = el("button", { type: "button", class: "nav forward", onclick: () => this.step(1) }, this.nextText, icon("right"));
    this.flagButton = el("button", { type: "button", class: "nav flag", onclick: () => this.flag() }, icon("flag"), this.flagText);
    const openCard = el("button", { type: "button", class: "nav open-card", onclick: () => this.openCard() }, icon("grid"), el("span", {}, t("attempt.nav.card")));
    this.foot = el("nav", { class: "foot", "aria-label": t("attempt.nav.label") }, this.previous, openCard, this.flagButton, this.next);
    const head = el("header", { class: "head" }, this.bar.root, this.strip.root, this.fullscreen.root, this.news.root, this.spoken);
    this.main.append(...[watermark(sitting.integrity.watermark)].filter((w) => w !== null), this.place);
    this.fill();
    this.root = el("div", { class: "exam" }, head, this.main, this.rail, this.foot, this.sheet, this.handing.root, this.paused.root);
    this.placeCard();
    matchMedia(wide).addEventListener("change", () => this.placeCard());
    this.keyboard();
    this.watchScroll();
  }

  private fill(): void {
    const { sitting, look } = this.p;
    this.questions.forEach((q) => q.root.remove());
    this.questions = sitting.slots.map((s, i) => questionView(s, sitting.slots[i - 1], sitting.total(), sitting, look));
    this.main.append(...this.questions.map((q) => q.root));
    this.place.hidden = sitting.section === 0;
    say(this.place, sitting.section === 0 ? "" : look.words("attempt.section.place", { n: sitting.section, total: sitting.sections.length }));
  }

  /** Shows the section at which the attempt stands now: its questions are others. */
  turned(): void {
    this.root.querySelectorAll<HTMLDialogElement>("dialog[open]:not(.notice):not(.login)").forEach((d) => d.close());
    this.seen.disconnect();
    this.fill();
    this.card.fill();
    this.watchScroll();
    this.current = 0;
    this.go(this.slotNumber());
    this.say(this.place.textContent ?? "");
  }

  /** The question is one of those on the page. */
  has(slot: number): boolean {
    return this.questions.some((q) => q.slot.slot === slot);
  }

  update(): void {
    const { sitting, marks } = this.p;
    const slot = this.slotNumber();
    document.documentElement.dataset.font = marks.settings.font;
    this.bar.update(slot);
    this.strip.update(sitting.line(), sitting.answers.unsent());
    this.card.update(slot);
    this.handing.update();
    this.corrections.update(this.questions);
    this.fullscreen.update();
    this.questions.forEach((q, i) => {
      q.root.hidden = !marks.settings.all && i !== this.current;
      q.root.toggleAttribute("data-flagged", marks.flagged.has(q.slot.slot));
      q.update();
    });
    this.updateFoot();
    if (sitting.step.leaving === null) this.root.querySelector<HTMLDialogElement>("dialog[data-leaving]")?.close();
    const covered = sitting.phase === "handing_in" || this.paused.covers;
    if (this.paused.covers) this.closeAnswering();
    if (!covered) this.uncover(); // before the focus goes back to what it covered
    this.paused.update();
    if (covered) this.cover();
  }

  /** Says something to a screen reader without moving it. */
  say(text: string): void {
    say(this.spoken, "");
    setTimeout(() => say(this.spoken, text), 100);
  }

  private cover(): void {
    for (const part of [this.main, this.rail, this.foot]) part.toggleAttribute("inert", true);
  }

  private uncover(): void {
    for (const part of [this.main, this.rail, this.foot]) part.toggleAttribute("inert", false);
  }

  /** A pause closes the answer card and the hand-in; what is to be read stays open. */
  private closeAnswering(): void {
    this.root.querySelectorAll<HTMLDialogElement>("dialog[open]:not(.notice):not(.login)").forEach((d) => d.close());
  }

  /** Shows question n and brings the reader to it; never a navigation of the browser. */
  go(slot: number): void {
    const i = this.questions.findIndex((q) => q.slot.slot === slot);
    const q = this.questions[i];
    if (!q) return;
    this.sheet.close();
    this.p.sitting.outbox.flush();
    this.current = i;
    this.update();
    if (this.p.marks.settings.all) q.root.scrollIntoView({ block: "start" });
    else this.scrollToTop();
    focusOn(q.root);
    history.replaceState(null, "", "#" + slot);
  }

  /** What the browser's Back does: closes what is open, else the question before; false at the first one. */
  back(): boolean {
    const open = this.root.querySelector<HTMLDialogElement>("dialog[open]");
    if (open) {
      open.close();
      return true;
    }
    if (this.current === 0) return false;
    this.step(-1);
    return true;
  }

  open(d: HTMLDialogElement): void {
    this.root.append(d);
    d.addEventListener("close", () => d.remove());
    d.showModal();
  }

  sayTime(): void {
    const open = this.p.sitting.slots.filter((s) => !this.p.sitting.answers.isAnswered(s.slot)).length;
    const minutes = Math.ceil(this.p.clock.remainingMs() / 60000);
    const t = this.p.look.words;
    const ahead = this.p.sitting.ahead();
    this.say(t("attempt.clock.said", { minutes, count: open }) + (ahead > 0 ? " " + t("attempt.news.minutes.ahead", { count: ahead }) : ""));
  }

  private slotNumber(): number {
    return this.questions[this.current]?.slot.slot ?? 1;
  }

  private step(by: number): void {
    const i = this.current + by;
    if (i >= this.questions.length && this.p.sitting.ahead() > 0) this.askSection();
    else if (i >= this.questions.length) this.openCard();
    else if (i >= 0) this.go(this.questions[i]!.slot.slot);
  }

  private flag(): void {
    if (!this.p.sitting.writable()) return;
    this.p.marks.toggle(this.slotNumber());
    this.update();
  }

  private updateFoot(): void {
    const t = this.p.look.words;
    const flagged = this.p.marks.flagged.has(this.slotNumber());
    this.previous.disabled = this.current === 0;
    const finish = this.p.sitting.ahead() > 0 ? t("attempt.section.next") : t("attempt.nav.finish");
    say(this.nextText, this.current === this.questions.length - 1 ? finish : t("attempt.nav.next"));
    say(this.flagText, flagged ? t("attempt.nav.flag.off") : t("attempt.nav.flag"));
    this.flagButton.setAttribute("aria-pressed", String(flagged));
    this.flagButton.disabled = !this.p.sitting.writable();
    this.flagButton.title = this.p.sitting.readOnly ? t("attempt.card.elsewhere") : "";
  }

  private openCard(): void {
    if (matchMedia(wide).matches) {
      focusOn(this.card.root);
      return;
    }
    this.p.sitting.outbox.flush();
    if (!this.sheet.open) this.sheet.showModal();
  }

  private takeOver(): void {
    this.sheet.close();
    this.open(takeOverDialog(this.p.sitting, this.p.look));
  }

  private askSection(): void {
    this.sheet.close();
    if (!this.p.sitting.writable()) return;
    this.p.sitting.outbox.retryNow();
    this.open(sectionDialog(this.p.sitting, this.p.look, (n) => this.go(n)));
  }

  private askHandIn(): void {
    this.sheet.close();
    if (!this.p.sitting.writable()) return;
    this.p.sitting.outbox.retryNow();
    this.open(submitDialog(this.p.sitting, this.p.marks, this.p.look, (n) => this.go(n)));
  }

  /** The card stands in the rail on a wide screen and in the sheet on a narrow one. */
  private placeCard(): void {
    if (matchMedia(wide).matches) {
      this.sheet.close();
      this.rail.append(this.card.root);
    } else {
      this.sheet.append(this.card.root);
    }
  }

  private settings(): HTMLDialogElement {
    const { marks, look } = this.p;
    return settingsDialog(marks, look, () => this.update(), () => this.sayTime());
  }

  private scrollToTop(): void {
    this.main.scrollTop = 0;
    scrollTo(0, 0);
  }

  private keyboard(): void {
    bindKeys({
      enabled: () => this.p.marks.settings.keys && this.p.sitting.phase === "working" && !document.querySelector("dialog[open]"),
      step: (by) => this.step(by),
      choose: (i) => {
        const at = document.activeElement?.closest(".question");
        (this.questions.find((q) => q.root === at) ?? this.questions[this.current])?.choose(i);
      },
      flag: () => this.flag(),
    });
    // An open keyboard leaves little room: the foot gives way while a text field has it.
    this.main.addEventListener("focusin", (e) => this.root.toggleAttribute("data-typing", (e.target as HTMLElement).matches("input[type=text]")));
    this.main.addEventListener("focusout", () => this.root.removeAttribute("data-typing"));
    this.main.addEventListener("keydown", (e) => {
      if (e.key === "Enter" && (e.target as HTMLElement).matches("input[type=text]")) (e.target as HTMLElement).blur();
    });
  }

  /** In the whole paper the question in view is the current one. */
  private watchScroll(): void {
    this.questions.forEach((q) => this.seen.observe(q.root));
  }
}
