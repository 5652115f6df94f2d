import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import test from "node:test";
import { Api } from "../core/api";
import { backoffMs } from "../core/backoff";
import { clientId } from "../core/client_id";
import { clockParts, crossed, ExamClock } from "../core/clock";
import { Departure, HiddenSpan } from "../core/evidence";
import { handInCode } from "../core/hand_in_code";
import { clientsWithJournal, Journal } from "../core/journal";
import { lineState, type LineFacts } from "../core/line";
import {
  answered, blanksResponse, gapCount, longestAnswer, matched, moved, orderOf, roomLeft, sameResponse, textResponse, toggled,
} from "../core/response";
import { inherit, reconcile } from "../core/restore";
import { hmac } from "../core/sha256";
import { endMomentText, endText, momentText, receiptNumber, timeText, wordsOf } from "../core/words";
import { MemoryStorage } from "./virtual";

test("storage that refuses is said, and the answer stays in memory", () => {
  const store = new MemoryStorage();
  store.limit = 0;
  const j = new Journal(store, "7", "tab");
  assert.equal(j.write(1, { choice: "a" }, 1), false);
  assert.equal(j.full, true);
  assert.equal(j.unsent().length, 1);
  store.limit = 99;
  assert.equal(j.write(1, { choice: "b" }, 2), true);
  assert.equal(j.full, false);
});

test("a number is never given to two values, not even over a reload", () => {
  const store = new MemoryStorage();
  const j = new Journal(store, "7", "tab");
  j.write(1, { choice: "a" }, 1);
  j.number(j.unsent());
  const first = j.get(1)!.seq!;
  const again = new Journal(store, "7", "tab");
  again.write(1, { choice: "b" }, 2);
  again.number(again.unsent());
  assert.ok(again.get(1)!.seq! > first);
});

test("an acknowledgement of an older value does not mark the newer one", () => {
  const j = new Journal(new MemoryStorage(), "7", "tab");
  j.write(1, { choice: "a" }, 1);
  j.number(j.unsent());
  const seq = j.get(1)!.seq!;
  j.write(1, { choice: "b" }, 2);
  assert.equal(j.ack(1, seq, "2026-01-05T01:00:00Z"), false);
  assert.equal(j.unsent().length, 1);
});

test("journals of other attempts and tabs are apart; forgetting removes only the own", () => {
  const store = new MemoryStorage();
  for (const [a, c] of [["7", "x"], ["7", "y"], ["71", "x"]] as const) new Journal(store, a, c).write(1, { choice: "a" }, 1);
  assert.deepEqual(clientsWithJournal(store, "7").sort(), ["x", "y"]);
  new Journal(store, "7", "x").forget();
  assert.deepEqual(clientsWithJournal(store, "7"), ["y"]);
  assert.deepEqual(clientsWithJournal(store, "71"), ["x"]);
});

test("after a reload the own unsent value stays, after a take-over the later one wins", () => {
  const saved = [{ slot: 1, client_seq: 4, response: { choice: "c" }, saved_at: "1970-01-01T00:00:10Z" }];
  const fresh = (at: number) => {
    const j = new Journal(new MemoryStorage(), "7", "tab");
    j.write(1, { choice: "a" }, at);
    return j;
  };
  const reloaded = fresh(5000);
  assert.deepEqual(reconcile(reloaded, saved, "number"), []);
  assert.equal(reloaded.unsent().length, 1);
  const later = fresh(15000);
  assert.deepEqual(reconcile(later, saved, "time"), []);
  assert.equal(later.unsent().length, 1);
  const earlier = fresh(5000);
  assert.deepEqual(reconcile(earlier, saved, "time"), [1]);
  assert.deepEqual(earlier.get(1)?.response, { choice: "c" });
  assert.equal(earlier.unsent().length, 0);
  const waiting = fresh(5000);
  assert.deepEqual(reconcile(waiting, saved, "keep"), []);
  assert.equal(waiting.unsent().length, 1);
});

test("a refused answer stays beside what the server had before, also after a reload", () => {
  const store = new MemoryStorage();
  const j = new Journal(store, "7", "tab");
  j.write(1, { choice: "a" }, 5000);
  const saved = { slot: 1, client_seq: j.get(1)!.seq! - 1, response: { choice: "c" }, saved_at: "1970-01-01T00:00:04Z" };
  j.refuse(1, j.get(1)!.seq!);
  const reloaded = new Journal(store, "7", "tab");
  assert.deepEqual(reconcile(reloaded, [saved], "number"), []);
  assert.equal(reloaded.get(1)?.refused, true);
  assert.deepEqual(reloaded.get(1)?.response, { choice: "a" });
  assert.equal(reloaded.unsent().length, 0);
});

// rule:attempt-promise-2
test("storage that a killed browser left in an older state does not bring an older answer back", () => {
  const store = new MemoryStorage();
  const j = new Journal(store, "7", "tab");
  j.write(1, { choice: "a" }, 1000);
  const before = store.copy();
  j.ack(1, j.get(1)!.seq!, "1970-01-01T00:00:02Z");
  j.write(1, { choice: "b" }, 3000);
  const sent = { slot: 1, client_seq: j.get(1)!.seq!, response: { choice: "b" }, saved_at: "1970-01-01T00:00:04Z" };
  const revived = new Journal(before, "7", "tab");
  assert.equal(revived.unsent().length, 1, "it looks unsent");
  assert.deepEqual(reconcile(revived, [sent], "number"), [1]);
  assert.deepEqual(revived.get(1)?.response, { choice: "b" });
  assert.equal(revived.unsent().length, 0);
});

test("what a closed tab left is inherited unless this tab has something newer", () => {
  const store = new MemoryStorage();
  const left = new Journal(store, "7", "old");
  left.write(1, { choice: "a" }, 10);
  left.write(2, { choice: "a" }, 10);
  const mine = new Journal(store, "7", "new");
  mine.write(2, { choice: "b" }, 20);
  assert.deepEqual(inherit(mine, [left]).map((e) => e.slot), [1]);
  assert.deepEqual(mine.get(2)?.response, { choice: "b" });
});

test("the clock counts by the monotonic timer, whatever the device's date says", () => {
  let mono = 0;
  let wall = 1e12;
  const c = new ExamClock(() => mono, () => wall);
  c.sync(60000, "2026-01-05T01:00:00Z", "2026-01-05T01:01:00Z", 0);
  mono += 10000;
  wall += 3600000;
  assert.equal(c.remainingMs(), 50000);
  assert.equal(c.tick(), true, "a jump of the date is noticed");
  assert.equal(c.doubtful, true);
  c.sync(49000, "2026-01-05T01:00:11Z", "2026-01-05T01:01:00Z", mono);
  assert.equal(c.doubtful, false);
  assert.equal(c.remainingMs(), 49000);
  mono += 60000;
  assert.equal(c.remainingMs(), 0);
});

test("half the round trip is taken off, and a slow reply does not spoil a quick one", () => {
  let mono = 0;
  const c = new ExamClock(() => mono, () => 1e12 + mono);
  mono = 100;
  c.sync(60000, undefined, "2026-01-05T01:01:00Z", 0);
  assert.equal(c.remainingMs(), 59950);
  mono = 5100;
  c.sync(60000, undefined, "2026-01-05T01:01:00Z", 100);
  assert.equal(c.remainingMs(), 54950);
  let moved = 0;
  c.onMoved = (by) => (moved = by);
  c.sync(654900, undefined, "2026-01-05T01:11:00Z", 100);
  assert.equal(c.remainingMs(), 652400, "a moved deadline is taken at once");
  assert.equal(moved, 600000);
});

test("thresholds are told once, the nearest of several that were slept over", () => {
  assert.equal(crossed(30 * 60000 + 1, 30 * 60000), 30);
  assert.equal(crossed(30 * 60000, 30 * 60000 - 500), 0);
  assert.equal(crossed(31 * 60000, 4 * 60000), 5);
  assert.equal(crossed(Number.POSITIVE_INFINITY, 40 * 60000), 0);
  assert.deepEqual(clockParts(599400), { minutes: 10, text: "10:00" });
  assert.deepEqual(clockParts(0), { minutes: 0, text: "00:00" });
});

test("back-off is 1-2-4-8-15 s and stays there, less jitter, not below what the server asks", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 99].map((n) => backoffMs(n, () => 0)), [1000, 2000, 4000, 8000, 15000, 15000, 15000]);
  assert.equal(backoffMs(5, () => 1), 10500);
  assert.equal(backoffMs(1, () => 0, 5000), 5000);
  assert.equal(backoffMs(1, () => 0, 3600000), 15000);
});

test("the line is judged by saves and heart-beats alone", () => {
  const calm = { unsent: 0, sendingSince: null, halt: "" as const, failures: 0, failingSince: null, busy: false };
  const facts: LineFacts = { outbox: calm, full: false, beatFailures: 0, beatFailingSince: null, readOnly: false, now: 70000 };
  const failing = { ...calm, unsent: 1, failures: 1, failingSince: 69000 };
  const cases: Array<[Partial<LineFacts>, string]> = [
    [{}, "calm"],
    [{ outbox: { ...calm, unsent: 1, sendingSince: 68000 } }, "calm"],
    [{ outbox: { ...calm, unsent: 1, sendingSince: 67000 } }, "uploading"],
    [{ outbox: failing }, "uploading"],
    [{ outbox: { ...failing, failures: 3 } }, "unsteady"],
    [{ outbox: { ...failing, failures: 6, failingSince: 9000 } }, "broken"],
    [{ beatFailures: 1, beatFailingSince: 69000 }, "unsteady"],
    [{ outbox: { ...failing, busy: true } }, "busy"],
    [{ outbox: failing, full: true }, "memory"],
    [{ full: true }, "calm"],
    [{ outbox: { ...failing, halt: "login" } }, "login"],
    [{ readOnly: true }, "elsewhere"],
  ];
  for (const [given, want] of cases) assert.equal(lineState({ ...facts, ...given }), want, JSON.stringify(given));
});

test("an id that a living tab holds is not used again; one that a dead tab left is", async () => {
  const held = new Set<string>();
  const tabs = { claim: (n: string) => Promise.resolve(!held.has(n) && !!held.add(n)) };
  const tab = new MemoryStorage();
  const first = await clientId(tab, [], tabs);
  const copy = new MemoryStorage();
  copy.setItem("peikao.client", first);
  assert.notEqual(await clientId(copy, [], tabs), first, "duplicated tab");
  held.clear();
  assert.equal(await clientId(tab, [], tabs), first, "reload");
  held.clear();
  assert.equal(await clientId(new MemoryStorage(), [first], tabs), first, "the web view was killed");
});

test("responses: what counts as answered, equal, cleared", () => {
  const s = { slot: 1, type: "multiple", points: 2, stem: "", options: [{ id: "b", text: "" }, { id: "a", text: "" }] };
  assert.deepEqual(toggled(s, { choices: ["a"] }, "b", true), { choices: ["b", "a"] });
  assert.equal(toggled(s, { choices: ["a"] }, "a", false), null);
  assert.ok(sameResponse({ choices: ["a", "b"] }, { choices: ["b", "a"] }));
  assert.equal(answered({ blanks: ["", " "] }), false);
  assert.equal(answered({ choice: "false" }), true);
  assert.deepEqual(blanksResponse(["a\u0000\ud800b", ""]), { blanks: ["ab", ""] });
  assert.deepEqual(blanksResponse(["😀"]), { blanks: ["😀"] });
  assert.equal(blanksResponse(["", ""]), null);
  assert.equal(gapCount({ slot: 1, type: "blank", points: 1, stem: "甲____乙____" }), 2);
  assert.equal(gapCount({ slot: 1, type: "blank", points: 1, stem: "甲____", blanks: 3 }), 3);
});

test("the hand-in code is signed with the lease", () => {
  const store = new MemoryStorage();
  const j = new Journal(store, "7", "tab");
  j.write(2, { choice: "甲" }, 1);
  const parts = handInCode("7", "lease", j.unsent()).split(".");
  assert.deepEqual(parts.slice(0, 2), ["PK1", "7"]);
  assert.equal(Buffer.from(parts[2]!, "base64url").toString(), '[[2,201,{"choice":"甲"}]]');
  const want = createHmac("sha256", "lease").update(parts.slice(0, 3).join(".")).digest().subarray(0, 16).toString("base64url");
  assert.equal(parts[3], want);
});

test("HMAC-SHA256 is the standard's at every length around a block", () => {
  for (let n = 0; n < 200; n++) {
    const key = new Uint8Array(n).fill(7);
    const message = new Uint8Array(n).map((_, i) => (i * 31) & 255);
    assert.deepEqual(Buffer.from(hmac(key, message)), createHmac("sha256", key).update(message).digest());
  }
});

test("absences shorter than three seconds are not recorded", () => {
  let wall = 0;
  const s = new HiddenSpan(() => 1000 + wall, () => wall);
  s.hidden();
  wall = 2000;
  assert.equal(s.shown(), null);
  s.hidden();
  s.hidden();
  wall = 92000;
  assert.deepEqual(s.shown(), { kind: "hidden", at_ms: 3000, length_ms: 90000 });
  assert.equal(s.shown(), null);
});

test("who comes back to a left attempt tells how long it was, once", () => {
  const store = new MemoryStorage();
  let wall = 1000;
  const page = () => new Departure(store, "7", () => 40, () => wall);
  assert.equal(page().cameBack(false), null, "it was not left");
  const first = page();
  first.hidden();
  wall += 500;
  first.hidden(); // hidden, then closed: the absence began with the first
  assert.deepEqual(first.left(), { kind: "left", at_ms: 40, length_ms: 0 });
  wall += 89500;
  const second = page();
  assert.deepEqual(second.cameBack(false), { kind: "returned", at_ms: 40, length_ms: 90000 });
  assert.equal(second.forget(), true, "it is still to be told");
  assert.equal(second.cameBack(false), null);
  assert.equal(first.forget(), false, "the page before, brought back by Back, does not tell it again");
  second.hidden();
  assert.equal(second.forget(), true);
  assert.equal(page().cameBack(false), null, "the page itself was seen again");
  for (const [away, reloaded] of [[90000, true], [2000, false]] as const) {
    second.hidden();
    wall += away;
    assert.equal(page().cameBack(reloaded)?.kind, "reopened", `${away} ms`);
    second.forget();
  }
  second.hidden();
  assert.equal(new Departure(store, "8", () => 0, () => wall).cameBack(false), null, "another attempt");
});

test("storage that takes nothing hides no absence of the page that is still there", () => {
  const full = new MemoryStorage();
  full.limit = 0;
  const page = new Departure(full, "7", () => 40, () => 1000);
  assert.equal(page.forget(), false, "it was not hidden");
  page.hidden();
  assert.equal(page.forget(), true);
  assert.equal(page.forget(), false, "it is told once");
  const refused = new Departure(null, "7", () => 40, () => 1000);
  refused.hidden();
  assert.equal(refused.forget(), true);
});

test("words, times and receipt numbers", () => {
  assert.equal(wordsOf({ a: "还有 {count} 题" })("a", { count: 3 }), "还有 3 题");
  assert.equal(timeText("2026-01-05T01:02:03Z", "zh-CN", "Asia/Shanghai", true), "09:02:03");
  assert.equal(timeText("", "zh-CN", "Asia/Shanghai"), "");
  assert.equal(receiptNumber("8f3k27ab00", "41"), "8F3K-27AB");
  assert.equal(receiptNumber("0".repeat(64), "41"), "#41");
});

test("the end of a day is 24:00 of that day", () => {
  const cases: Array<[string, string, string]> = [
    ["2026-12-13T15:59:00Z", "23:59", "12/13 23:59"],
    ["2026-12-13T16:00:00Z", "24:00", "12/13 24:00"],
    ["2026-12-13T16:00:01Z", "00:00", "12/14 00:00"],
    ["2026-12-13T16:01:00Z", "00:01", "12/14 00:01"],
    ["2026-12-31T16:00:00Z", "24:00", "12/31 24:00"],
    ["2026-12-13T04:00:00Z", "12:00", "12/13 12:00"],
    ["", "", ""],
  ];
  for (const [at, hour, moment] of cases) {
    assert.equal(endText(at, "zh-CN", "Asia/Shanghai"), hour, at);
    assert.equal(endMomentText(at, "zh-CN", "Asia/Shanghai"), moment, at);
  }
  assert.equal(endMomentText("2026-12-13T16:00:00Z", "en-GB", "Asia/Shanghai"), "13/12, 24:00");
  assert.equal(momentText("2026-12-13T16:00:00Z", "zh-CN", "Asia/Shanghai"), "12/14 00:00", "what begins at midnight begins on that day");
});

test("every answer of the server becomes one outcome", async () => {
  const outcome = async (status: number, body: unknown, headers: Record<string, string> = {}) => {
    const raw = typeof body === "string" ? body : JSON.stringify(body);
    const api = new Api("tab", () => Promise.resolve(new Response(raw, { status, headers })), () => 0);
    return api.save([]);
  };
  const result = { slot: 1, client_seq: 2, status: 200, code: "saved", saved_at: "2026-01-05T01:00:00Z" };
  assert.deepEqual(await outcome(200, { results: [result], news: 4 }), {
    kind: "results",
    news: 4,
    results: [{ slot: 1, client_seq: 2, status: "saved", savedAt: "2026-01-05T01:00:00Z" }],
  });
  const refused = { results: [{ slot: 1, client_seq: 2, status: 409, code: "out_of_order" }], last_seq: 9 };
  assert.deepEqual(await outcome(200, refused), { kind: "results", news: 0, results: [{ slot: 1, client_seq: 2, status: "out_of_order", lastSeq: 9 }] });
  for (const [code, status] of [["invalid", "invalid"], ["late", "closed"], ["closed", "closed"], ["paused", "paused"], ["lost_lease", "lost_lease"], ["not_found", "not_mine"]]) {
    assert.deepEqual(await outcome(200, { results: [{ slot: 1, client_seq: 2, status: 0, code }] }), { kind: "results", news: 0, results: [{ slot: 1, client_seq: 2, status }] });
  }
  assert.deepEqual(await outcome(409, { type: "/problems/out_of_order", last_seq: 9 }), { kind: "out_of_order", lastSeq: 9 });
  assert.deepEqual(await outcome(409, { type: "/problems/lease_lost" }), { kind: "lease_lost" });
  assert.deepEqual(await outcome(409, { type: "urn:peikao:exam:paused" }), { kind: "paused" });
  assert.deepEqual(await outcome(410, {}), { kind: "closed" });
  assert.deepEqual(await outcome(400, { type: "urn:peikao:invalid" }), { kind: "busy", retryAfterMs: 0 }, "a server of another release may be back soon");
  for (const status of [413, 422]) {
    assert.deepEqual(await outcome(status, { type: "urn:peikao:invalid" }), { kind: "refused" });
    assert.deepEqual(await outcome(status, "<html>not allowed here</html>"), { kind: "busy", retryAfterMs: 0 }, "a proxy's refusal is no word of the server");
  }
  assert.deepEqual(await outcome(401, {}), { kind: "login" });
  assert.deepEqual(await outcome(503, "busy", { "Retry-After": "2" }), { kind: "busy", retryAfterMs: 2000 });
  assert.deepEqual(await outcome(500, {}), { kind: "busy", retryAfterMs: 0 });
  assert.deepEqual(await outcome(200, "<html>log in to the Wi-Fi</html>"), { kind: "offline" }, "a portal's page confirms nothing");
});

test("a short answer is a text; blank space alone is none", () => {
  assert.equal(textResponse(""), null);
  assert.deepEqual(textResponse("甲\n乙\u0000"), { text: "甲\n乙" });
  assert.equal(answered({ text: " \n" }), false);
  assert.equal(answered({ text: "甲" }), true);
  assert.ok(sameResponse({ text: "甲" }, { text: "甲" }));
  assert.ok(!sameResponse({ text: "甲" }, { text: "甲 " }));
});

test("the room left is said near the end, in steps", () => {
  const longest = longestAnswer({ slot: 1, type: "short", points: 1, stem: "" });
  const left = (n: number) => roomLeft("字".repeat(longest - n), longest);
  const want: [number, number | null][] = [[5000, null], [501, null], [500, 500], [499, 400], [100, 100], [99, 80], [20, 20], [19, 1], [1, 1], [0, 0]];
  for (const [n, said] of want) assert.equal(left(n), said, `${n}`);
});

test("an essay may be longer than a short answer", () => {
  assert.equal(longestAnswer({ slot: 1, type: "essay", points: 1, stem: "" }), 20_000);
});

test("matching: an option for each row, all taken back is cleared", () => {
  const s = { slot: 1, type: "matching", points: 1, stem: "", rows: ["x", "y"], options: [{ id: "b", text: "1" }, { id: "a", text: "2" }] };
  assert.deepEqual(matched(s, undefined, 1, "a"), { matches: ["", "a"] });
  assert.deepEqual(matched(s, { matches: ["", "a"] }, 0, "a"), { matches: ["a", "a"] });
  assert.equal(matched(s, { matches: ["", "a"] }, 1, ""), null);
  assert.equal(answered({ matches: ["", ""] }), false);
  assert.equal(answered({ matches: ["", "a"] }), true);
});

test("ordering: the paper's order is no answer; options move by one place and stop at the ends", () => {
  const s = { slot: 1, type: "ordering", points: 1, stem: "", options: ["c", "a", "b"].map((id) => ({ id, text: id })) };
  assert.deepEqual(orderOf(s, null), ["c", "a", "b"]);
  assert.deepEqual(orderOf(s, { order: ["a", "b", "c"] }), ["a", "b", "c"]);
  assert.deepEqual(moved(["c", "a", "b"], "a", -1), ["a", "c", "b"]);
  assert.deepEqual(moved(["c", "a", "b"], "a", 1), ["c", "b", "a"]);
  assert.deepEqual(moved(["c", "a", "b"], "c", -1), ["c", "a", "b"]);
  assert.deepEqual(moved(["c", "a", "b"], "b", 1), ["c", "a", "b"]);
  assert.deepEqual(moved(["c", "a", "b"], "x", 1), ["c", "a", "b"]);
  assert.ok(answered({ order: ["c", "a", "b"] }));
  assert.ok(!sameResponse({ order: ["a", "b"] }, { order: ["b", "a"] }));
});

test("labelling: the marked parts, in the text's order", () => {
  const s = { slot: 1, type: "labelling", points: 1, stem: "", pieces: [{ id: "1", text: "x" }, { text: " " }, { id: "2", text: "y" }] };
  assert.deepEqual(toggled(s, { choices: ["2"] }, "1", true), { choices: ["1", "2"] });
  assert.equal(toggled(s, { choices: ["2"] }, "2", false), null);
});
