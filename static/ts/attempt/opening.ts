// From the link to the paper: waiting page, start or resume, and every answer that is not
// a paper (too early, not invited, over).

import type { Api, Outcome } from "./core/api";
import { backoffMs } from "./core/backoff";
import type { MyExam, ShellData, StartReply } from "./core/types";
import type { Look } from "./view/look";
import { StartView } from "./view/start";

/** Waits at most this long between looks at a start that is still ahead. */
const longestLookMs = 20000;
/** A room of examinees presses at the same second; the page spreads them a little. */
const spreadMs = 1500;

/** Waits, but no longer than until the browser thinks that the line is back. */
function pause(ms: number): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      done();
    };
    const timer = setTimeout(end, ms);
    addEventListener("online", end);
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
}

/** Resolves with the attempt once there is one to sit; keeps the waiting page until then. */
export async function openAttempt(p: OpeningParts): Promise<StartReply> {
  if (p.shell.attempt_id) return untilAnswered(p, () => p.api.read(p.shell.attempt_id), null);
  let press: () => void = () => undefined;
  const view = new StartView(p.look, () => press(), p.shell.exam_id);
  p.show(view.root);
  view.checks(false, p.storageWorks);
  const exam = await findExam(p, view);
  // A page that comes back in the middle of an exam goes on without asking.
  if (exam?.state !== "in_progress") {
    await untilOpen(p, view);
    await new Promise<void>((done) => (press = done));
  }
  view.tell(p.look.words("attempt.start.starting"), false);
  return untilAnswered(p, () => p.api.start(p.shell.exam_id), view);
}

async function findExam(p: OpeningParts, view: StartView): Promise<MyExam | undefined> {
  for (let n = 1; ; n++) {
    const o = await p.api.myExams();
    view.checks(o.kind === "ok", p.storageWorks);
    if (o.kind === "ok") {
      const exam = o.body.exams.find((e) => e.id === p.shell.exam_id);
      if (exam) view.exam(exam);
      return exam;
    }
    if (o.kind === "login") await loggedIn(p);
    else await pause(backoffMs(n, Math.random));
  }
}

/** Looks again until the server calls the exam open: its clock counts, not the device's. */
async function untilOpen(p: OpeningParts, view: StartView): Promise<void> {
  const t = p.look.words;
  for (;;) {
    const exam = await findExam(p, view);
    if (exam?.state !== "upcoming") {
      view.tell(exam ? t("attempt.start.ready") : t("attempt.start.missing"), exam !== undefined);
      if (exam) return;
    } else {
      view.tell(t("attempt.start.wait", { time: p.look.moment(exam.opens_at) }), false);
    }
    const ahead = exam ? Date.parse(exam.opens_at) - Date.now() : longestLookMs;
    await pause(Math.min(Math.max(ahead, 1000), longestLookMs) + spreadMs * Math.random());
  }
}

async function untilAnswered(
  p: OpeningParts,
  call: () => Promise<Outcome<StartReply>>,
  started: StartView | null,
): Promise<StartReply> {
  const view = started ?? new StartView(p.look, () => location.reload(), p.shell.exam_id);
  if (!started) p.show(view.root);
  for (let n = 1; ; n++) {
    const o = await call();
    if (o.kind === "ok") return o.body;
    if (o.kind === "login") {
      await loggedIn(p);
      continue;
    }
    const told = refusal(p, o);
    if (told) {
      view.tell(told, false);
      return new Promise(() => undefined); // the page says why and stays; the link leads back
    }
    view.checks(o.kind !== "offline" && o.kind !== "busy", p.storageWorks);
    const count = p.unsentHere(p.shell.attempt_id);
    view.tell(p.look.words("attempt.start.offline", { count }), false);
    await pause(backoffMs(n, Math.random));
  }
}

/** The sentence for an answer that trying again will not change; empty for the others. */
function refusal(p: OpeningParts, o: Outcome<StartReply>): string {
  const t = p.look.words;
  switch (o.kind) {
    case "closed":
      return t("attempt.start.closed");
    case "conflict":
      return t("attempt.start.used");
    case "denied":
      return o.status === 404 ? t("attempt.start.missing") : t("attempt.start.denied");
    default:
      return "";
  }
}

function loggedIn(p: OpeningParts): Promise<void> {
  return new Promise((done) => p.login(done));
}
