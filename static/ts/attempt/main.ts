// The exam page from the link to the receipt. This file puts the parts together.

import { Api } from "./core/api";
import { browserTabs, clientId } from "./core/client_id";
import { ExamClock } from "./core/clock";
import { Departure, HiddenSpan } from "./core/evidence";
import { handInCode } from "./core/hand_in_code";
import { clientsWithJournal, Journal, openStorage } from "./core/journal";
import { KeptSheet } from "./core/kept_sheet";
import { fetchBlob, SealedMedia } from "./core/media";
import { openMicrophone } from "./core/microphone";
import { BrowserPartKeeper } from "./core/part_keeper";
import { inherit, reconcile } from "./core/restore";
import { askSEB } from "./core/seb";
import { Sitting } from "./core/sitting";
import { recordingName, Speech } from "./core/speech";
import { browserSource, Stream } from "./core/stream";
import { Tidings } from "./core/tidings";
import { browserTimers } from "./core/timer";
import type { ShellData, TimeFacts } from "./core/types";
import { forgetOffline, keepOffline } from "./core/worker";
import { wordsOf } from "./core/words";
import { openAttempt, type Opened } from "./opening";
import { codeDialog, leaveDialog } from "./view/dialogs";
import { receiptView } from "./view/end";
import { loginDialog } from "./view/login";
import { lookOf, type Look } from "./view/look";
import { Marks } from "./view/marks";
import { showMedia } from "./view/media";
import { tellNews, tellReturn } from "./view/news";
import { Page } from "./view/page";

/** How long an event of the stream was on its way can't be measured; counted as a slow reply, until a heart-beat tells better. */
const eventWayMs = 1000;

const local = openStorage(() => localStorage);
const session = openStorage(() => sessionStorage);

async function main(): Promise<void> {
  askSEB();
  const shell = JSON.parse(document.getElementById("shell")?.textContent ?? "{}") as ShellData;
  const look = lookOf(wordsOf(shell.words), shell.lang, shell.time_zone);
  const client = await clientId(session, clientsWithJournal(local, shell.attempt_id), browserTabs);
  const api = new Api(client);
  const clock = new ExamClock(() => performance.now(), () => Date.now());
  api.onTime = (t, sentAt) => syncClock(clock, t, sentAt);
  const overlay = (done: () => void) => openLogin(api, look, done);
  const kept = new KeptSheet(local, client, () => Date.now());
  const media = new SealedMedia(fetchBlob, (ms) => new Promise((done) => setTimeout(done, ms)));
  const opened = await openAttempt({
    shell, api, look, media,
    storageWorks: local !== null,
    show: (root) => document.body.replaceChildren(root),
    login: overlay,
    unsentHere: (attempt) => orphans(attempt, "").reduce((n, j) => n + j.unsent().length, 0),
    kept: (attempt) => kept.open(attempt),
  });
  sit(opened, kept, api, clock, client, look, media);
}

function sit({ start, unheard }: Opened, kept: KeptSheet, api: Api, clock: ExamClock, client: string, look: Look, media: SealedMedia): void {
  api.attempt = start.attempt.id;
  api.lease = start.lease;
  if (start.attempt.state !== "open") {
    location.replace(`/attempts/${start.attempt.id}/receipt`);
    return;
  }
  const address = `/attempts/${start.attempt.id}`;
  keepShell(address);
  if (unheard) clock.estimate(start.remaining_ms ?? 0, start.deadline_at ?? "", (start.paused_at ?? null) !== null);
  else kept.keep(start);
  void keepOffline(address);
  const journal = new Journal(local, start.attempt.id, client);
  const found = start.lease === null ? [] : inherit(journal, orphans(start.attempt.id, client));
  reconcile(journal, start.responses, start.lease !== null && found.length === 0 ? "number" : "time");
  const marks = new Marks(local, start.attempt.id);
  const tidings = new Tidings(local, start.attempt.id);
  const departure = new Departure(local, start.attempt.id, () => performance.now(), () => Date.now());
  const back = departure.cameBack(reloaded());
  let page: Page | null = null;
  const stream = new Stream(() => browserSource(start.attempt.id), browserTimers, (reply) => {
    syncClock(clock, reply, performance.now() - eventWayMs);
    sitting.heard(reply);
  });
  const speech = new Speech({
    save: (p) => api.savePart(p), journal, keep: new BrowserPartKeeper(start.attempt.id), timers: browserTimers, today: Date.now, open: openMicrophone, name: recordingName,
    halted: (h) => sitting.outbox.stop(h),
    news: (n) => sitting.told(n),
    unwanted: (slot) => sitting.outbox.record(slot, null, clock.serverNow(), "now"), // also while the hand-in waits for it
    changed: () => page && render(page, sitting, marks, look),
  });
  for (const s of start.responses) speech.told(s.slot, s.takes ?? 0);
  const sitting: Sitting = new Sitting(start, {
    api, journal, clock, speech,
    timers: browserTimers,
    tidings,
    unheard,
    changed: () => {
      if (sitting.phase === "done") {
        stream.close();
        kept.forget(start.attempt.id);
        departure.forget();
        forgetOffline(address);
      }
      if (page) render(page, sitting, marks, look);
    },
    turned: (now) => {
      kept.keep(now);
      page?.turned();
      if (page) showMedia(page.root, start.attempt.id, now.paper.slots, media, now.media_key ?? "", look);
    },
    news: (n) => page && tellNews(page, sitting, clock, tidings, look, n),
  });
  const restored = journal.unsent().length;
  const code = () => page?.open(codeDialog(handInCode(start.attempt.id, api.lease ?? "", journal.unsent()), look));
  page = new Page({ sitting, clock, tidings, marks, look, code, login: () => openLogin(api, look, () => sitting.loggedIn()) });
  document.body.replaceChildren(page.root);
  showMedia(page.root, start.attempt.id, start.paper.slots, media, start.media_key ?? "", look);
  const asked = Number(location.hash.slice(1));
  const goOn = sitting.slots.find((s) => !sitting.answers.isAnswered(s.slot)) ?? sitting.slots[0];
  page.go(page.has(asked) ? asked : (goOn?.slot ?? 1));
  if (restored > 0) {
    page.news.show(look.words("attempt.news.found"), look.words("attempt.news.found.more", { count: restored }), null, 6000);
  }
  clock.onMoved = (byMs) => sitting.deadlineMoved(byMs);
  sitting.run();
  if (back !== null) {
    sitting.cameBack(back, () => departure.forget());
    if (back.kind === "returned" && !sitting.readOnly && !sitting.watches("returned")) tellReturn(page, look, back.length_ms);
  }
  watchPage(page, sitting, stream, departure, look);
  guardBack(page, sitting, look);
}

/** The page was loaded anew where it stood. A phone that threw a hidden page away calls its return a reload too. */
function reloaded(): boolean {
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return entry?.type === "reload" && (document as { wasDiscarded?: boolean }).wasDiscarded !== true;
}

function render(page: Page, sitting: Sitting, marks: Marks, look: Look): void {
  if (sitting.phase !== "done") {
    page.update();
    return;
  }
  if (document.body.firstElementChild?.matches(".receipt")) return;
  marks.forget();
  document.body.replaceChildren(receiptView(sitting, look));
  document.querySelector("h1")?.focus();
}

function syncClock(clock: ExamClock, t: TimeFacts, sentAt: number): void {
  const paused = t.paused_at === undefined ? undefined : t.paused_at !== null;
  if (t.remaining_ms !== undefined) clock.sync(t.remaining_ms, t.server_time, t.deadline_at, sentAt, paused);
}

/**
 * The page goes under the attempt's own address from here on. The browser is given that address's shell to keep, so that the
 * link opens without a line too.
 */
function keepShell(address: string): void {
  if (location.pathname !== address) void fetch(address).catch(() => undefined);
  history.replaceState(null, "", address + location.hash);
}

/** Journals of this attempt that other tabs of this browser left behind. */
function orphans(attempt: string, own: string): Journal[] {
  const clients = clientsWithJournal(local, attempt).filter((c) => c !== own);
  return clients.map((c) => new Journal(local, attempt, c));
}

function openLogin(api: Api, look: Look, done: () => void): void {
  if (document.querySelector("dialog.login[open]")) return;
  const d = loginDialog(api, look, done);
  document.body.append(d);
  d.addEventListener("close", () => d.remove());
  d.showModal();
}

/**
 * Back on a phone is a swipe that happens by itself, and the clock would run on behind it. It goes to the question before; at the
 * first one it asks.
 */
function guardBack(page: Page, sitting: Sitting, look: Look): void {
  const arm = () => history.pushState(null, "", location.href);
  arm();
  addEventListener("popstate", () => {
    if (sitting.phase === "done") return;
    arm();
    if (sitting.phase === "working" && !page.back()) page.open(leaveDialog(look));
  });
}

/** Hiding, showing and leaving: what is unsent goes out, what was missed is fetched. */
function watchPage(page: Page, sitting: Sitting, stream: Stream, departure: Departure, look: Look): void {
  const span = new HiddenSpan(() => performance.now(), () => Date.now());
  const hide = () => {
    if (sitting.pausedAt === null) span.hidden();
    if (sitting.writable()) departure.hidden();
    stream.close();
    sitting.part();
  };
  const show = () => {
    const e = span.shown();
    if (sitting.inSight(e, () => departure.forget()) && e && !sitting.watches("hidden")) tellReturn(page, look, e.length_ms);
    if (sitting.phase !== "done") stream.open();
    sitting.wake();
  };
  if (!document.hidden) stream.open();
  document.addEventListener("visibilitychange", () => (document.hidden ? hide() : show()));
  addEventListener("pagehide", () => {
    hide();
    sitting.leave(departure.left());
  });
  addEventListener("pageshow", (e) => e.persisted && show());
  // The browser's own word on the line only says when to ask; the answer to the asking counts.
  for (const hint of ["online", "offline"]) addEventListener(hint, () => sitting.wake());
  addEventListener("beforeunload", (e) => {
    if (sitting.phase !== "done" && sitting.answers.unsent() > 0) e.preventDefault();
  });
}

void main();
