import type { MediaProgress } from "../core/media";
import type { MyExam } from "../core/types";
import type { Look } from "./look";
import { batteryCheck, countdownText, ownTimes, type Battery } from "../core/wait";
import { button, el, icon, say } from "./dom";

/** The waiting page: rules in words, the check of line and storage, one button. */
export class StartView {
  private readonly title = el("h1", { tabindex: "-1" });
  private readonly facts = el("p", { class: "facts" });
  private readonly rules = el("ul", { class: "rules" });
  private readonly line = el("li");
  private readonly storage = el("li");
  private readonly loaded = el("li", { hidden: true });
  private readonly power = el("li", { hidden: true });
  private readonly message = el("p", { class: "start-message", role: "status" });
  private readonly countdown = el("p", { class: "countdown digits", role: "timer", hidden: true });
  private readonly code: HTMLInputElement;
  private readonly codeProblem = el("p", { class: "problem", role: "alert" });
  private readonly codeField: HTMLElement;
  private readonly go: HTMLButtonElement;
  readonly root: HTMLElement;

  constructor(
    private readonly look: Look,
    press: () => void,
    examId: string,
  ) {
    const t = look.words;
    this.go = button(t("attempt.start.button"), press, "btn primary wide");
    this.code = el("input", { type: "text", name: "access_code", autocomplete: "off", autocapitalize: "off", maxlength: 100 });
    this.codeField = el("form", { hidden: true }, el("label", { class: "field" }, t("attempt.start.code"), this.code), this.codeProblem);
    this.go.disabled = true;
    this.go.hidden = examId === ""; // an attempt that is resumed has nothing to start
    const back = examId ? `/exams/${examId}` : "/exams";
    this.root = el(
      "main",
      { class: "start" },
      this.title,
      this.facts,
      this.rules,
      el("h2", {}, t("attempt.start.check")),
      el("ul", { class: "checks" }, this.line, this.storage, this.loaded, this.power),
      this.countdown,
      this.message,
      this.codeField,
      this.go,
      el("a", { class: "link", href: back }, t("attempt.start.back")),
    );
  }

  exam(e: MyExam): void {
    const t = this.look.words;
    const own = ownTimes(e);
    const limit = t(own.extra > 0 ? "attempt.start.limit.extra" : "attempt.start.limit", { minutes: own.minutes, extra: own.extra });
    const window = t("attempt.start.window", { from: this.look.moment(e.opens_at), to: this.look.endMoment(e.closes_at) });
    document.title = e.title;
    say(this.title, e.title);
    say(this.facts, limit + " · " + window);
    const rules = [
      t("attempt.start.rule.clock"),
      t("attempt.start.rule.close", { time: this.look.endMoment(own.until) }),
      ...(e.one_way ? [t("attempt.start.rule.one_way")] : []),
      t("attempt.start.rule.line"),
      t("attempt.start.rule.apps"),
      t("attempt.start.rule.background"),
      t("attempt.start.rule.record"),
      ...(e.contact ? [t("attempt.start.rule.contact", { contact: e.contact })] : []),
    ];
    this.rules.replaceChildren(...rules.map((r) => el("li", {}, r)));
  }

  checks(line: boolean, storage: boolean): void {
    const t = this.look.words;
    show(this.line, line, t(line ? "attempt.start.check.line" : "attempt.start.check.line.no"));
    show(this.storage, storage, t(storage ? "attempt.start.check.storage" : "attempt.start.check.storage.no"));
  }

  /** How full the battery is; nothing is said where the browser does not tell, nor of a full one that is charged: a device without has that. */
  battery(b: Battery): void {
    const { ok, word, percent } = batteryCheck(b);
    this.power.hidden = b.charging && b.level === 1;
    show(this.power, ok, this.look.words(word, { percent }));
  }

  /** Shows the time until the opening, each quarter of a second; returns what ends it. A screen reader hears the sentence below. */
  countDown(leftMs: () => number): () => void {
    const show = () => {
      this.countdown.hidden = leftMs() === 0;
      say(this.countdown, this.look.words("attempt.start.countdown", { time: countdownText(leftMs()) }));
    };
    const timer = setInterval(show, 250);
    return () => {
      clearInterval(timer);
      this.countdown.hidden = true;
    };
  }

  /** How much of the paper's pictures and recordings is here; nothing is said of a paper without. */
  media(p: MediaProgress): void {
    this.loaded.hidden = p.total === 0;
    this.loaded.dataset.ok = String(p.done === p.total);
    this.loaded.replaceChildren(icon(p.done === p.total ? "check" : "cloud"), el("span", {}, this.look.words("attempt.start.media", { ...p })));
  }

  starting(): void {
    this.tell(this.look.words("attempt.start.starting"), false);
  }

  accessCode(): string {
    return this.code.value.trim();
  }

  /** Asks for the exam's access code; resolves when it was typed and sent. */
  askCode(problem: string): Promise<void> {
    const t = this.look.words;
    this.codeField.hidden = false;
    say(this.codeProblem, problem);
    this.tell(t("attempt.start.code.more"), true);
    this.code.focus();
    return new Promise((done) => {
      const send = (e: Event) => {
        e.preventDefault();
        if (this.accessCode() === "") return;
        this.codeField.removeEventListener("submit", send);
        this.go.removeEventListener("click", send);
        this.starting();
        done();
      };
      this.codeField.addEventListener("submit", send);
      this.go.addEventListener("click", send);
    });
  }

  tell(text: string, ready: boolean, label?: string): void {
    say(this.message, text);
    this.go.disabled = !ready;
    say(this.go, label ?? this.look.words("attempt.start.button"));
  }
}

function show(e: HTMLElement, ok: boolean, text: string): void {
  e.dataset.ok = String(ok);
  e.replaceChildren(icon(ok ? "check" : "alert"), el("span", {}, text));
}
