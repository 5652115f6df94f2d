import type { Outcome } from "../core/api";
import type { Sitting } from "../core/sitting";
import type { StartReply } from "../core/types";
import type { Words } from "../core/words";
import type { Look } from "./look";
import type { Marks } from "./marks";
import { button, dialog, el, say, seen } from "./dom";
import { qrCode } from "./qr";

/** 交卷: says what is unanswered, flagged and not uploaded; the safe button is the first. */
export function submitDialog(sitting: Sitting, marks: Marks, look: Look, go: (slot: number) => void): HTMLDialogElement {
  const t = look.words;
  const numbers = sitting.slots.map((s) => s.slot);
  const open = numbers.filter((n) => !sitting.answers.isAnswered(n));
  const flagged = numbers.filter((n) => marks.flagged.has(n));
  const refused = sitting.answers.refused();
  const unsent = sitting.answers.unsent();
  const ahead = sitting.ahead();
  const title = refused.length > 0 ? t("attempt.submit.refused", { list: look.list(refused) }) : ahead > 0 ? t("attempt.submit.ahead", { count: ahead }) : open.length > 0 ? t("attempt.submit.open", { count: open.length }) : t(sitting.section > 0 ? "attempt.submit.complete.part" : "attempt.submit.complete", { total: numbers.length });
  const leave = (n: number) => {
    d.close();
    go(n);
  };
  const list = (label: string, slots: number[]) =>
    slots.length === 0 ? null : el("p", { class: "numbers" }, label, ...slots.map((n) => button(String(n), () => leave(n), "number-link")));
  const confirm = () => {
    d.close();
    void sitting.handIn.begin();
  };
  const d = dialog(
    title,
    "sheet",
    el("h2", {}, title),
    list(t("attempt.submit.change", { count: refused.length }), refused),
    refused.length > 0 ? el("p", { class: "problem" }, t("attempt.submit.refused.more")) : null,
    list(t("attempt.submit.unanswered", { count: open.length }), open),
    list(t("attempt.submit.flagged", { count: flagged.length }), flagged),
    unsent > 0 ? el("p", {}, t("attempt.submit.unsent", { count: unsent })) : null,
    el("p", { class: "hint" }, t("attempt.submit.final")),
    el(
      "div",
      { class: "dialog-actions" },
      button(open.length + refused.length + ahead > 0 ? t("attempt.submit.continue") : t("attempt.submit.review"), () => d.close(), "btn primary"),
      button(t("attempt.submit.confirm"), seen(confirm)),
    ),
  );
  return d;
}

/** 完成本部分: says what of it is unanswered, and that there is no way back; the safe button is the first. */
export function sectionDialog(sitting: Sitting, look: Look, go: (slot: number) => void): HTMLDialogElement {
  const t = look.words;
  const open = sitting.slots.map((s) => s.slot).filter((n) => !sitting.answers.isAnswered(n));
  const title = open.length > 0 ? t("attempt.section.open", { count: open.length }) : t("attempt.section.complete");
  const leave = (n: number) => {
    d.close();
    go(n);
  };
  const told = el("p", { role: "status" });
  const finish = button(t("attempt.section.finish"), seen(() => confirm()));
  const confirm = () => {
    finish.disabled = true;
    d.toggleAttribute("data-leaving", true); // the page closes it when that is over
    say(told, t("attempt.section.leaving"));
    void sitting.finishSection();
  };
  const d = dialog(
    title,
    "sheet",
    el("h2", {}, title),
    open.length > 0 ? el("p", { class: "numbers" }, t("attempt.submit.unanswered", { count: open.length }), ...open.map((n) => button(String(n), () => leave(n), "number-link"))) : null,
    el("p", { class: "hint" }, t("attempt.section.final")),
    told,
    el("div", { class: "dialog-actions" }, button(t("attempt.submit.continue"), () => d.close(), "btn primary"), finish),
  );
  d.addEventListener("close", () => sitting.step.stay());
  return d;
}

/** Leaving by Back: the clock runs on, so the safe button stays. */
export function leaveDialog(look: Look): HTMLDialogElement {
  const t = look.words;
  const d = dialog(
    t("attempt.leave.title"),
    "sheet",
    el("h2", {}, t("attempt.leave.title")),
    el("p", {}, t("attempt.leave.more")),
    el("div", { class: "dialog-actions" }, button(t("attempt.submit.continue"), () => d.close(), "btn primary"), el("a", { class: "btn", href: "/" }, t("attempt.leave.go"))),
  );
  return d;
}

/** Why it does not go on here: an exam that is bound to a room's network or browser says so, and trying again does not help. */
export function notTakenOver(t: Words, o: Outcome<StartReply>): string {
  if (o.kind === "denied") return o.body.title ?? t("attempt.takeover.offline");
  return t(o.kind === "login" ? "attempt.line.login" : "attempt.takeover.offline");
}

/** 在本机继续: asks once, since the other device becomes read-only. */
export function takeOverDialog(sitting: Sitting, look: Look): HTMLDialogElement {
  const t = look.words;
  const problem = el("p", { class: "problem", role: "alert" });
  const take = button(t("attempt.action.takeover"), () => void run(), "btn primary");
  const run = async () => {
    take.disabled = true;
    const o = await sitting.takeOver();
    take.disabled = false;
    if (o.kind === "ok" || o.kind === "closed") d.close();
    else say(problem, notTakenOver(t, o));
  };
  const d = dialog(
    t("attempt.takeover.title"),
    "sheet",
    el("h2", {}, t("attempt.takeover.title")),
    el("p", {}, t("attempt.takeover.more")),
    problem,
    el("div", { class: "dialog-actions" }, take, button(t("attempt.card.close"), () => d.close())),
  );
  return d;
}

/** 交卷码 to be scanned, shown or copied. */
export function codeDialog(code: string, look: Look): HTMLDialogElement {
  const t = look.words;
  const text = el("textarea", { class: "code", readonly: true, rows: 3, "aria-label": t("attempt.code.title") }, code);
  const told = el("p", { role: "status", class: "hint" });
  const qr = qrCode(code, t("attempt.code.qr"));
  const copy = async () => {
    text.select();
    // The clipboard call exists in secure contexts only; the selection serves everywhere.
    try {
      await navigator.clipboard.writeText(code);
    } catch {
      document.execCommand("copy");
    }
    say(told, t("attempt.code.copied"));
  };
  const d = dialog(
    t("attempt.code.title"),
    "sheet",
    el("h2", {}, t("attempt.code.title")),
    el("p", {}, t("attempt.code.more")),
    qr ?? el("p", { class: "hint" }, t("attempt.code.long")),
    text,
    told,
    el(
      "div",
      { class: "dialog-actions" },
      button(t("attempt.code.copy"), () => void copy(), "btn primary"),
      button(t("attempt.card.close"), () => d.close()),
    ),
  );
  return d;
}
