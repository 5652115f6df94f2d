import type { Notice, Warning } from "../core/types";
import { button, dialog, el } from "./dom";
import type { Look } from "./look";

interface Told {
  title: string;
  text: string;
  more: string;
  done: () => void;
}

/** What must be acknowledged with 知道了, one after the other; focus goes back to where it was. */
export class NoticeQueue {
  private readonly waiting: Told[] = [];
  private showing = false;

  constructor(
    private readonly look: Look,
    private readonly open: (d: HTMLDialogElement) => void,
  ) {}

  /** 监考通知 */
  notice(n: Notice, done: () => void): void {
    this.add({ title: this.look.words("attempt.news.notice"), text: n.text, more: n.at ? this.look.time(n.at) : "", done });
  }

  /** What the exam watches for was noticed again: the count as a fact, and what follows. */
  warning(w: Warning): void {
    const t = this.look.words;
    const said: Record<string, string> = {
      hidden: t("attempt.warn.hidden", { count: w.count }),
      fullscreen: t("attempt.warn.fullscreen", { count: w.count }),
      paste: t("attempt.warn.paste", { count: w.count }),
      sessions: t("attempt.warn.sessions", { count: w.count }),
    };
    const text = said[w.kind];
    if (!text) return;
    const more = w.after ? t("attempt.warn.after", { after: w.after }) : t("attempt.warn.recorded");
    this.add({ title: t("attempt.warn.title"), text, more, done: () => undefined });
  }

  private add(told: Told): void {
    this.waiting.push(told);
    if (!this.showing) this.next();
  }

  private next(): void {
    const told = this.waiting.shift();
    this.showing = told !== undefined;
    if (!told) return;
    const d: HTMLDialogElement = dialog(
      told.title,
      "sheet notice",
      el("h2", {}, told.title),
      el("p", { class: "said" }, told.text),
      told.more ? el("p", { class: "hint" }, told.more) : null,
      el("div", { class: "dialog-actions" }, button(this.look.words("attempt.action.close"), () => d.close(), "btn primary")),
    );
    d.addEventListener("close", () => {
      told.done();
      this.next();
    });
    this.open(d);
  }
}
