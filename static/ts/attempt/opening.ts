// From the link to the paper: waiting page, start or resume, and every answer that is not
// a paper (too early, not invited, over).

import { asksForCode, type Api, type Outcome } from "./core/api";
import { backoffMs } from "./core/backoff";
import type { MyExam, ShellData, StartReply } from "./core/types";
import type { SealedMedia } from "./core/media";
import { OpeningClock, startDelayMs, type Battery } from "./core/wait";
import type { Words } from "./core/words";
import type { Look } from "./view/look";
import { StartView } from "./view/start";

/** Waits at most this long between looks at a start that is still ahead. */
const longestLookMs = 20000;
/** Whoever pressed start waits at most this long for media; the rest is loaded during the exam. */
const longestLoadMs = 15000;

const retryAfterMs = (o: Outcome<unknown>) => ("retryAfterMs" in o ? o.retryAfterMs : 0);

/** Waits, but no longer than until the browser thinks that the line is back or the page is seen again. */
function pause(ms: number): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      document.removeEventListener("visibilitychange", end);
      done();
    };
    const timer = setTimeout(end, ms);
    addEventListener("online", end);
    document.addEventListener("visibilitychange", end);
  });
}

export interface OpeningParts {
  shell: ShellData;
  api: Api;
  look: Look;
  storageWorks: boolean;
  show: (root: HTMLElement) => void;
  login: (done: () => void) => void;
  unsentHere: (attempt: string) => number;
  /** The sheet that this tab keeps, for a page without a line; null where there is none. */
  kept: (attempt: string) => StartReply | null;
  media: SealedMedia;
}

/** The attempt to sit; unheard where the server did not answer and the kept sheet must do. */
export interface Opened {
  start: StartReply;
  unheard: boolean;
}

/** Resolves with the attempt once there is one to sit; keeps the waiting page until then. */
export async function openAttempt(p: OpeningParts): Promise<Opened> {
  if (p.shell.attempt_id) return untilAnswered(p, () => p.api.read(p.shell.attempt_id), null);
  let press: () => void = () => undefined;
  const view = new StartView(p.look, () => press(), p.shell.exam_id);
  p.show(view.root);
  view.checks(false, p.storageWorks);
  void watchBattery((b) => view.battery(b));
  const clock = new OpeningClock(() => performance.now());
  const exam = await findExam(p, view, clock);
  if (exam?.on_paper) {
    view.tell(p.look.words("attempt.start.on_paper"), false);
    return new Promise(() => undefined);
  }
  const loaded = preload(p, view);
  // A page that comes back in the middle of an exam goes on without asking.
  if (exam?.state !== "in_progress") {
    const pressed = new Promise<void>((done) => (press = done));
    const waited = await untilOpen(p, view, clock, pressed);
    await pressed;
    await Promise.all([sleep(startDelayMs(waited, Math.random)), Promise.race([loaded, sleep(longestLoadMs)])]);
  }
  view.starting();
  return untilAnswered(p, () => p.api.start(p.shell.exam_id, view.accessCode()), view);
}

interface BatteryManager extends EventTarget, Battery {}

/** Tells of the battery now and whenever it changes, where the browser does (Chromium; no iPhone). */
async function watchBattery(tell: (b: Battery) => void): Promise<void> {
  const asked = (navigator as { getBattery?: () => Promise<BatteryManager> }).getBattery?.();
  const battery = await asked?.catch(() => undefined);
  if (!battery) return;
  const now = () => tell(battery);
  battery.addEventListener("levelchange", now);
  battery.addEventListener("chargingchange", now);
  now();
}

/**
 * Loads the paper's media while there is time: whoever starts waits for them, but not for a store that is away. The clock does not
 * run meanwhile.
 */
async function preload(p: OpeningParts, view: StartView): Promise<void> {
  p.media.changed = () => view.media(p.media.progress());
  const o = await p.api.examMedia(p.shell.exam_id);
  if (o.kind !== "ok") return;
  o.body.blobs.forEach((b) => void p.media.load(b.name));
  await p.media.settled();
}

async function findExam(p: OpeningParts, view: StartView, clock: OpeningClock): Promise<MyExam | undefined> {
  for (let n = 1; ; n++) {
    const o = await p.api.myExams();
    view.checks(o.kind === "ok", p.storageWorks);
    if (o.kind === "ok") {
      const exam = o.body.exams.find((e) => e.id === p.shell.exam_id);
      if (exam) {
        view.exam(exam);
        clock.sync(exam.opens_at, o.body.server_time, Date.now());
      }
      return exam;
    }
    if (o.kind === "login") await loggedIn(p);
    else await pause(backoffMs(n, Math.random, retryAfterMs(o)));
  }
}

/**
 * Looks again until the server calls the exam open: its clock counts, not the device's. Meanwhile the page counts down and takes
 * 准备好了; true when it was pressed before the opening, so that the page starts by itself.
 */
async function untilOpen(p: OpeningParts, view: StartView, clock: OpeningClock, pressed: Promise<void>): Promise<boolean> {
  const t = p.look.words;
  let ready = false;
  void pressed.then(() => {
    ready = true;
    view.tell(t("attempt.start.waiting"), false);
  });
  const stop = view.countDown(() => clock.leftMs());
  try {
    for (;;) {
      const exam = await findExam(p, view, clock);
      if (!exam) view.tell(t("attempt.start.missing"), false);
      else if (exam.state !== "upcoming") break;
      else if (!ready) view.tell(t("attempt.start.wait", { time: p.look.moment(exam.opens_at) }), true, t("attempt.start.ready.button"));
      const left = exam ? clock.leftMs() : longestLookMs;
      await pause(left > longestLookMs ? longestLookMs * (0.75 + 0.25 * Math.random()) : left);
      // A room does not ask all at once whether it is time: the start itself says so where it is not.
      if (exam && clock.leftMs() === 0) break;
    }
  } finally {
    stop();
  }
  if (!ready) view.tell(t("attempt.start.ready"), true);
  return ready;
}

async function untilAnswered(
  p: OpeningParts,
  call: () => Promise<Outcome<StartReply>>,
  started: StartView | null,
): Promise<Opened> {
  const view = started ?? new StartView(p.look, () => location.reload(), p.shell.exam_id);
  if (!started) p.show(view.root);
  for (let n = 1; ; n++) {
    const o = await call();
    if (o.kind === "ok") return { start: o.body, unheard: false };
    const kept = o.kind === "offline" || o.kind === "busy" ? p.kept(p.shell.attempt_id) : null;
    if (kept) return { start: kept, unheard: true };
    if (o.kind === "login") {
      await loggedIn(p);
      continue;
    }
    if (started && asksForCode(o) && o.kind === "denied") {
      await started.askCode(started.accessCode() === "" ? "" : (o.body.title ?? ""));
      continue;
    }
    if (o.kind === "too_early") {
      view.tell(early(p.look, o.body), false);
      // At an hour all come at once as it is; what ends at no known hour they ask for one after the other.
      await sleep(Math.min(Math.max(o.retryAfterMs, 250), longestLookMs) * (o.body.opens_at ? 1 : 0.75 + 0.25 * Math.random()));
      continue;
    }
    const told = refusal(p.look.words, o);
    if (told) {
      view.tell(told, false);
      return new Promise(() => undefined); // the page says why and stays; the link leads back
    }
    view.checks(o.kind !== "offline" && o.kind !== "busy", p.storageWorks);
    const count = p.unsentHere(p.shell.attempt_id);
    view.tell(p.look.words("attempt.start.offline", { count }), false);
    await pause(backoffMs(n, Math.random, retryAfterMs(o)));
  }
}

/** Why a start that is asked for again and again is not granted yet: the hour has not come, or the server says what holds it back. */
export function early(look: Pick<Look, "words" | "moment">, body: { opens_at?: string; title?: string }): string {
  if (body.opens_at) return look.words("attempt.start.wait", { time: look.moment(body.opens_at) });
  return body.title ?? look.words("attempt.start.waiting");
}

/** The sentence for an answer that trying again will not change; empty for the others. */
export function refusal(t: Words, o: Outcome<StartReply>): string {
  switch (o.kind) {
    case "closed": // over, called off, or the person was taken off it: the server says which
      return o.body.title ?? t("attempt.start.closed");
    case "conflict":
      return t("attempt.start.used");
    case "denied":
      if (o.status === 404) return t("attempt.start.missing");
      return (o.body.type ?? "").endsWith("not_invited") ? t("attempt.start.denied") : (o.body.title ?? t("attempt.start.denied"));
    default:
      return "";
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

function loggedIn(p: OpeningParts): Promise<void> {
  return new Promise((done) => p.login(done));
}
