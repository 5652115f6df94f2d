import type { Sitting } from "../core/sitting";
import { receiptNumber } from "../core/words";
import type { Look } from "./look";
import { button, el, say } from "./dom";

/** The layer while the attempt is handed in: what happens, and what helps when the line is gone. */
export class HandingIn {
  private readonly title = el("h2");
  private readonly more = el("p");
  private readonly back: HTMLButtonElement;
  private readonly help: HTMLElement;
  readonly root: HTMLElement;

  constructor(
    private readonly sitting: Sitting,
    private readonly look: Look,
    retry: () => void,
    code: () => void,
  ) {
    const t = look.words;
    this.back = button(t("attempt.submit.continue"), () => sitting.handIn.cancel());
    this.help = el("div", { class: "dialog-actions" }, button(t("attempt.action.retry"), retry, "btn primary"), button(t("attempt.action.code"), code));
    this.root = el("div", { class: "handing", role: "alert", hidden: true }, el("span", { class: "spinner", "aria-hidden": "true" }), this.title, this.more, this.help, this.back);
  }

  update(): void {
    const s = this.sitting;
    this.root.hidden = s.phase !== "handing_in";
    if (this.root.hidden) return;
    const t = this.look.words;
    const out = s.outbox.state();
    const stuck = out.failures > 0 || s.handIn.failures > 0;
    this.help.hidden = !stuck;
    this.back.hidden = s.handIn.timeUp;
    if (s.handIn.ended === "early") this.tell(t("attempt.end.handing"), stuck ? t("attempt.end.failing.more") : "");
    else if (s.handIn.timeUp && stuck) this.tell(t("attempt.end.offline"), t("attempt.end.offline.more"));
    else if (s.handIn.timeUp) this.tell(t("attempt.end.timeup"), t("attempt.end.timeup.more"));
    else if (s.answers.unsent() > 0) this.tell(t("attempt.end.uploading"), t("attempt.end.uploading.more", { count: s.answers.unsent() }));
    else if (stuck) this.tell(t("attempt.end.failing"), t("attempt.end.failing.more"));
    else this.tell(t("attempt.end.handing"), "");
  }

  private tell(title: string, more: string): void {
    say(this.title, title);
    say(this.more, more);
  }
}

/** What stays after the hand-in. */
export function receiptView(sitting: Sitting, look: Look): HTMLElement {
  const t = look.words;
  const r = sitting.handIn.receipt;
  if (!r) return el("p");
  const time = { time: look.time(r.submitted_at) };
  const home = el("a", { class: "btn", href: "/" }, t("attempt.end.home"));
  if (sitting.handIn.ended === "void") return plainEnd(t("attempt.end.void"), t("attempt.end.void.more"), home);
  const byOthers = sitting.handIn.ended === "early";
  const byClock = sitting.handIn.timeUp && sitting.handIn.ended === "";
  const title = byClock ? t("attempt.end.collected", { time: look.end(r.submitted_at) }) : byOthers ? t("attempt.end.early", time) : t("attempt.end.done", time);
  const link = el("a", { class: "btn primary", href: `/attempts/${r.attempt_id}/receipt` }, t("attempt.end.link"));
  return el(
    "main",
    { class: "receipt" },
    el("h1", { tabindex: "-1" }, title),
    byOthers ? el("p", {}, t("attempt.end.early.more")) : null,
    el("p", {}, t(sitting.handIn.late > 0 ? "attempt.end.answered.late" : "attempt.end.answered", { count: r.answered, late: sitting.handIn.late })),
    sitting.handIn.notTaken.length > 0 ? el("p", { class: "problem" }, t("attempt.end.refused", { list: look.list(sitting.handIn.notTaken) })) : null,
    r.journal_head ? el("p", { class: "receipt-number" }, t("attempt.end.receipt", { number: receiptNumber(r.journal_head, r.attempt_id) })) : null,
    el("p", { class: "hint" }, t("attempt.end.close")),
    el("div", { class: "dialog-actions" }, link, home),
  );
}

function plainEnd(title: string, more: string, next: HTMLElement): HTMLElement {
  return el("main", { class: "receipt" }, el("h1", { tabindex: "-1" }, title), el("p", {}, more), el("div", { class: "dialog-actions" }, next));
}
