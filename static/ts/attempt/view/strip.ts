import type { LineState } from "../core/line";
import type { Look } from "./look";
import { button, el, icon, say } from "./dom";

export interface StripActions {
  retry(): void;
  login(): void;
  takeOver(): void;
  code(): void;
}

/** What is said for a state of the line: the short sentence, the help below it, the buttons. */
interface Message {
  title: string;
  more: string;
  actions: HTMLElement[];
}

/** The strip beside the clock about the line; it never covers the paper. */
export class Strip {
  private readonly title = el("strong");
  private readonly more = el("span");
  private readonly buttons = el("span", { class: "strip-actions" });
  readonly root = el("div", { class: "strip", role: "status", hidden: true }, icon("alert"), el("span", { class: "strip-text" }, this.title, this.more), this.buttons);
  private shown: LineState = "calm";

  constructor(
    private readonly look: Look,
    private readonly actions: StripActions,
    private readonly contact: string,
  ) {}

  update(state: LineState, unsent: number): void {
    this.root.hidden = state === "calm";
    if (state === "calm") {
      this.shown = state;
      return;
    }
    const m = this.message(state, unsent);
    this.root.dataset.tone = state === "uploading" ? "quiet" : "warn";
    say(this.title, m.title);
    say(this.more, m.more);
    if (state !== this.shown) this.buttons.replaceChildren(...m.actions);
    this.shown = state;
  }

  private message(state: Exclude<LineState, "calm">, unsent: number): Message {
    const t = this.look.words;
    const retry = () => button(t("attempt.action.retry"), this.actions.retry, "btn small");
    const count = { count: unsent };
    const plain = (title: string, more: string, ...actions: HTMLElement[]): Message => ({ title, more, actions });
    switch (state) {
      case "uploading":
        return plain(t("attempt.line.uploading"), t("attempt.line.uploading.more"));
      case "unsteady":
        return plain(t("attempt.line.unsteady"), t("attempt.line.unsteady.more"), retry());
      case "broken":
        return plain(t("attempt.line.broken", count), t("attempt.line.broken.more"), retry());
      case "busy":
        return plain(t("attempt.line.busy"), t("attempt.line.busy.more"));
      case "memory":
        return plain(t("attempt.line.memory"), this.contact ? t("attempt.line.memory.call", { contact: this.contact }) : t("attempt.line.memory.more"), retry());
      case "login":
        return plain(t("attempt.line.login"), t("attempt.line.login.more"), button(t("attempt.action.login"), this.actions.login, "btn small"));
      case "elsewhere":
        return plain(
          t("attempt.line.elsewhere"),
          unsent > 0 ? t("attempt.line.elsewhere.unsent", count) : t("attempt.line.elsewhere.more"),
          button(t("attempt.action.takeover"), this.actions.takeOver, "btn small"),
        );
    }
  }
}

/** News for a few seconds over the strip: minutes left, line is back, notices. */
export class NewsStrip {
  readonly root = el("div", { class: "news", role: "status" });

  constructor(private readonly look: Look) {}

  /** shownMs 0 = stays until it is closed by hand; seen is called then. */
  show(title: string, more: string, action: HTMLElement | null, shownMs: number, seen: () => void = () => undefined): void {
    const close = el("button", { type: "button", class: "link" }, this.look.words("attempt.action.close"));
    const item = el("div", { class: "news-item" }, el("span", {}, el("strong", {}, title), more ? " " + more : null), action, close);
    const remove = () => item.remove();
    for (const b of [close, action]) {
      b?.addEventListener("click", () => {
        remove();
        seen();
      });
    }
    if (shownMs === 0) item.dataset.stays = "";
    this.root.append(item);
    // What is passing gives way; what must be read stays.
    const passing = this.root.querySelectorAll(".news-item:not([data-stays])");
    if (this.root.childElementCount > 3) passing[0]?.remove();
    if (shownMs > 0) setTimeout(remove, shownMs);
  }
}
