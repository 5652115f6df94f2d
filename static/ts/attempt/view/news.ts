import type { ExamClock } from "../core/clock";
import type { Sitting } from "../core/sitting";
import type { News } from "../core/teller";
import type { Tidings } from "../core/tidings";
import type { Notice } from "../core/types";
import type { Words } from "../core/words";
import { button } from "./dom";
import type { Look } from "./look";
import type { Page } from "./page";

const shortMs = 4000;
const longMs = 8000;

/** Says in words what the sitting reports. */
export function tellNews(page: Page, sitting: Sitting, clock: ExamClock, tidings: Tidings, look: Look, n: News): void {
  const t = look.words;
  const open = sitting.slots.filter((s) => !sitting.answers.isAnswered(s.slot));
  const lookAt = (slot: number | undefined) => (slot ? button(t("attempt.action.look"), () => page.go(slot), "btn small") : null);
  switch (n.kind) {
    case "minutes":
      page.news.show(t("attempt.news.minutes", { minutes: n.minutes }), leftToDo(t, open.length, sitting.ahead()), lookAt(open[0]?.slot), shortMs);
      return;
    case "closing":
      page.news.show(t("attempt.news.closing"), t("attempt.news.closing.more"), null, 10000);
      return;
    case "extended":
      page.news.show(extended(look, n.seconds), t("attempt.news.extended.more", { time: look.end(clock.deadlineAt) }), null, longMs);
      return;
    case "shortened":
      page.news.show(t("attempt.news.shortened"), t("attempt.news.extended.more", { time: look.end(clock.deadlineAt) }), null, 0);
      return;
    case "recovered":
      page.news.show(t("attempt.news.recovered", { count: n.count }), "", null, 2000);
      return;
    case "gave_way":
      page.news.show(t("attempt.news.gaveway", { list: look.list(n.slots) }), t("attempt.news.gaveway.more"), lookAt(n.slots[0]), 0);
      return;
    case "refused":
      page.news.show(t("attempt.news.refused", { list: look.list(n.slots) }), t("attempt.news.refused.more"), lookAt(n.slots[0]), 0);
      return;
    case "section":
      page.news.show(t("attempt.news.section", { list: look.list(n.slots) }), t("attempt.news.section.more"), null, 0);
      return;
    case "notice":
      tellNotice(page, tidings, look, n.notice);
      return;
    case "warning":
      page.notices.warning(n.warning);
      return;
    case "paused":
      return; // the layer says it
    case "resumed":
      page.news.show(t("attempt.news.resumed"), t("attempt.news.extended.more", { time: look.end(clock.deadlineAt) }), null, longMs);
  }
}

/** What is still to be done: open questions of the present section, and the sections behind it. */
export function leftToDo(t: Words, open: number, ahead: number): string {
  if (open === 0 && ahead === 0) return t("attempt.news.minutes.all");
  const here = open > 0 ? t("attempt.news.minutes.more", { count: open }) : "";
  return [here, ahead > 0 ? t("attempt.news.minutes.ahead", { count: ahead }) : ""].filter((s) => s !== "").join(" ");
}

function tellNotice(page: Page, tidings: Tidings, look: Look, n: Notice): void {
  const seen = () => tidings.acknowledge(n.id);
  const slot = n.slot ?? 0;
  if (n.kind !== "correction" || slot === 0) {
    page.notices.notice(n, seen);
    return;
  }
  const show = button(look.words("attempt.action.look"), () => page.go(slot), "btn small");
  page.news.show(look.words("attempt.news.corrected", { n: slot }), look.words("attempt.news.corrected.more"), show, 0, seen);
}

/** What a person grants is whole minutes, what an outage gives back is not. */
function extended(look: Look, seconds: number): string {
  if (seconds % 60 === 0) return look.words("attempt.news.extended", { minutes: seconds / 60 });
  return look.words("attempt.news.extended.span", { time: span(look, seconds) });
}

function span(look: Look, seconds: number): string {
  return look.words("attempt.news.span", { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
}

/** 欢迎回来: the absence is told as a fact. */
export function tellReturn(page: Page, look: Look, lengthMs: number): void {
  const time = span(look, Math.round(lengthMs / 1000));
  page.news.show(look.words("attempt.news.back"), look.words("attempt.news.back.more", { time }), null, longMs);
}
