import type { Sitting } from "../core/sitting";
import type { SpeechProblem, SpeechState } from "../core/speech";
import type { Slot } from "../core/types";
import { button, el, focusOn, say } from "./dom";
import type { Look } from "./look";
import type { Answer, Controls } from "./question";

const usualSeconds = 120;

/** Begun seconds count, as whoever listens later sees them. */
const secondsOf = (ms: number) => Math.ceil(ms / 1000);

/** An answer that is spoken: record, stop, go on, record anew, listen to what the server has. */
export function spoken(slot: Slot, answer: Answer, sitting: Sitting, look: Look): Controls {
  const t = look.words;
  const speech = sitting.speech;
  const limit = slot.seconds ?? usualSeconds;
  const clock = el("p", { class: "place", role: "timer" });
  const told = el("p", { class: "told", role: "status" });
  const more = el("p", { class: "hint" });
  const players = el("div", { class: "gap-row" });
  const start = (anew: boolean) => void speech.record(slot.slot, limit, anew);
  const record = button(t("attempt.spoken.record"), () => start(false), "btn primary");
  const stop = button(t("attempt.spoken.stop"), () => speech.stop(), "btn primary");
  const anew = button(t("attempt.spoken.anew"), () => ask(true), "btn");
  const remove = button(t("attempt.spoken.remove"), () => ask(false), "btn");
  const yes = button(t("attempt.spoken.sure"), () => confirmed(), "btn");
  const no = button(t("attempt.spoken.keep"), () => close(), "btn primary");
  const question = el("p", {});
  const sure = el("div", { class: "corrected", hidden: true }, question, el("div", { class: "dialog-actions" }, no, yes));
  let toRecord = false;
  const ask = (again: boolean) => {
    toRecord = again;
    say(question, again ? t("attempt.spoken.anew.sure") : t("attempt.spoken.remove.sure"));
    sure.hidden = false;
    focusOn(sure);
  };
  const close = () => {
    sure.hidden = true;
    (toRecord ? anew : remove).focus();
  };
  const confirmed = () => {
    sure.hidden = true;
    if (toRecord) {
      start(true);
      stop.focus();
      return;
    }
    speech.discard(slot.slot);
    answer(null, "now");
    record.focus();
  };
  let listened = "";
  const listen = (s: SpeechState) => {
    const now = s.phase === "idle" && !speech.has(slot.slot) ? `${s.takes}.${s.parts}` : "";
    if (now === listened) return;
    listened = now;
    const urls = Array.from({ length: now === "" ? 0 : s.takes }, (_, i) => `/attempts/${sitting.attempt}/recordings/${slot.slot}/${i + 1}?parts=${s.parts}`);
    players.replaceChildren(
      ...urls.map((src, i) => el("audio", { controls: true, preload: "none", src, "aria-label": t("attempt.spoken.listen", { n: i + 1, total: urls.length }) })),
    );
  };
  return {
    nodes: [clock, told, more, el("div", { class: "dialog-actions" }, record, stop, anew, remove), sure, players],
    show() {
      const s = speech.state(slot.slot);
      const seconds = Math.min(limit, secondsOf(s.ms));
      say(clock, t("attempt.spoken.length", { n: seconds, limit }));
      const [title, help] = words(s, seconds, look);
      say(told, title);
      say(more, help);
      const idle = s.phase === "idle";
      const some = s.ms > 0;
      record.hidden = !idle || s.full || s.problem === "refused" || s.ms >= limit * 1000;
      say(record, some ? t("attempt.spoken.go_on") : t("attempt.spoken.record"));
      stop.hidden = s.phase !== "recording";
      anew.hidden = remove.hidden = !idle || !some;
      if (!idle || !some) sure.hidden = true;
      listen(s);
    },
    choose: () => undefined,
  };
}

/** What stands beside the clock, and the help below it. */
function words(s: SpeechState, n: number, look: Look): [string, string] {
  const t = look.words;
  if (s.phase === "asking") return [t("attempt.spoken.asking"), t("attempt.spoken.asking.more")];
  if (s.phase === "recording") return [t("attempt.spoken.recording"), ""];
  if (s.problem !== null) return problemWords(s.problem, look);
  if (s.ms === 0) return ["", t("attempt.spoken.none")];
  const saved = s.savedMs >= s.ms;
  const length = saved ? t("attempt.spoken.saved", { n }) : t("attempt.spoken.uploading", { n, saved: secondsOf(s.savedMs) });
  if (s.interrupted) return [t("attempt.spoken.paused"), saved ? t("attempt.spoken.paused.more", { n }) : length];
  return [s.full ? t("attempt.spoken.full") : "", length];
}

function problemWords(p: SpeechProblem, look: Look): [string, string] {
  const t = look.words;
  const said: Record<SpeechProblem, [string, string]> = {
    denied: [t("attempt.spoken.denied"), t("attempt.spoken.denied.more")],
    absent: [t("attempt.spoken.absent"), t("attempt.spoken.absent.more")],
    unsupported: [t("attempt.spoken.unsupported"), t("attempt.spoken.unsupported.more")],
    failed: [t("attempt.spoken.failed"), t("attempt.spoken.failed.more")],
    refused: [t("attempt.spoken.refused"), t("attempt.spoken.refused.more")],
    many: [t("attempt.spoken.many"), t("attempt.spoken.many.more")],
  };
  return said[p];
}
