import assert from "node:assert/strict";
import test from "node:test";
import { Api, asksForCode } from "../core/api";
import { sebHeaders } from "../core/seb";
import { Stream, type Source } from "../core/stream";
import type { HeartbeatReply } from "../core/types";
import { batteryCheck, countdownText, jitterMs, OpeningClock, ownTimes, startDelayMs } from "../core/wait";
import { wordsOf } from "../core/words";
import { early, refusal } from "../opening";
import { notTakenOver } from "../view/dialogs";
import { VirtualTime } from "./virtual";

test("the countdown to the opening is the server's, whatever the device's date says", () => {
  let mono = 1000;
  const c = new OpeningClock(() => mono);
  c.sync("2026-01-05T01:15:00Z", "2026-01-05T01:00:00Z", Date.parse("2030-01-01T00:00:00Z"));
  assert.equal(c.leftMs(), 15 * 60000);
  mono += 14 * 60000;
  assert.equal(c.leftMs(), 60000);
  mono += 90000;
  assert.equal(c.leftMs(), 0);
  assert.equal(countdownText(125000), "02:05");
  assert.equal(countdownText(3725000), "1:02:05");
});

test("whoever has extra time is told the longer limit and the later end", () => {
  const exam = { closes_at: "2026-01-05T03:00:00Z", limit_seconds: 3600 };
  assert.deepEqual(ownTimes(exam), { minutes: 60, extra: 0, until: exam.closes_at });
  assert.deepEqual(ownTimes({ ...exam, extra_seconds: 1800 }), { minutes: 90, extra: 30, until: "2026-01-05T03:30:00.000Z" });
});

test("a battery that may not last is told before the start", () => {
  const low = { ok: false, word: "attempt.start.check.battery.low", percent: 29 };
  assert.deepEqual(batteryCheck({ level: 0.29, charging: false }), low);
  assert.deepEqual(batteryCheck({ level: 0.3, charging: false }), { ok: true, word: "attempt.start.check.battery.fine", percent: 30 });
  assert.deepEqual(batteryCheck({ level: 0.05, charging: true }), { ok: true, word: "attempt.start.check.battery", percent: 5 });
});

// rule:attempt-start-jitter
test("only a page that waited is spread, and within half of the load allowance", () => {
  assert.equal(startDelayMs(false, () => 0.9), 0);
  assert.equal(startDelayMs(true, () => 0), 0);
  assert.ok(startDelayMs(true, () => 0.999) < jitterMs);
  assert.ok(jitterMs <= 5000);
});

test("a start is told from a refused code, and a code is sent once it was typed", async () => {
  const bodies: string[] = [];
  const answer = (status: number, type: string) =>
    new Api("tab", (_, init) => {
      bodies.push(String(init?.body));
      return Promise.resolve(new Response(JSON.stringify({ type, title: "口令不对" }), { status }));
    });
  assert.ok(asksForCode(await answer(403, "urn:peikao:exam:access_code").start("3", "")));
  assert.ok(asksForCode(await answer(429, "urn:peikao:exam:access_code_wait").start("3", "8F3K")));
  assert.ok(!asksForCode(await answer(403, "urn:peikao:exam:not_invited").start("3", "")));
  assert.ok(!asksForCode(await answer(429, "urn:peikao:too_many").start("3", "")));
  assert.deepEqual(bodies.slice(0, 2), ["{}", '{"access_code":"8F3K"}']);
});

test("a start that never will be is told with the server's reason, in our own words where it gives none", async () => {
  const t = wordsOf({ "attempt.start.closed": "考试已经结束", "attempt.start.missing": "没有这场考试", "attempt.start.denied": "没有邀请您" });
  const told = async (status: number, body: object) =>
    refusal(t, await new Api("tab", () => Promise.resolve(new Response(JSON.stringify(body), { status }))).start("3", ""));
  assert.equal(await told(410, { type: "urn:peikao:exam:called_off", title: "这场考试已取消，不用参加" }), "这场考试已取消，不用参加");
  assert.equal(await told(410, { type: "urn:peikao:exam:removed", title: "您已被移出这场考试，不用参加" }), "您已被移出这场考试，不用参加");
  assert.equal(await told(410, {}), "考试已经结束");
  assert.equal(await told(404, {}), "没有这场考试");
  assert.equal(await told(403, { type: "urn:peikao:exam:not_invited", title: "Forbidden" }), "没有邀请您");
  assert.equal(await told(503, { title: "busy" }), "", "it is asked again");
});

test("a take-over that the exam's doors refuse is told with their reason, and not as a line that is away", async () => {
  const t = wordsOf({ "attempt.takeover.offline": "连不上", "attempt.line.login": "需要重新登录" });
  const told = async (status: number, body: object) =>
    notTakenOver(t, await new Api("tab", () => Promise.resolve(new Response(JSON.stringify(body), { status }))).takeOver());
  assert.equal(await told(403, { type: "urn:peikao:exam:address", title: "请在考场的网络里作答" }), "请在考场的网络里作答");
  assert.equal(await told(401, {}), "需要重新登录");
  assert.equal(await told(503, {}), "连不上");
});

test("who is too early is told the hour, or what the server says holds all starts back", () => {
  const look = { words: wordsOf({ "attempt.start.wait": "{time} 开考", "attempt.start.waiting": "等待开考" }), moment: (iso: string) => iso.slice(11, 16) };
  assert.equal(early(look, { opens_at: "2026-01-05T01:15:00Z", title: "考试还没有开始" }), "01:15 开考");
  assert.equal(early(look, { title: "全院考试暂停中" }), "全院考试暂停中");
  assert.equal(early(look, {}), "等待开考");
});

test("a hash of Safe Exam Browser goes into a header, and nothing without it", () => {
  assert.deepEqual(sebHeaders(undefined), {});
  assert.deepEqual(sebHeaders({ security: { configKey: "ab" } }), { "X-SafeExamBrowser-ConfigKeyHash": "ab" });
});

class FakeSource implements Source {
  readyState = 1;
  onerror: ((e: Event) => unknown) | null = null;
  readonly heard = new Map<string, (e: MessageEvent<string>) => void>();
  closed = false;
  addEventListener(name: string, heard: (e: MessageEvent<string>) => void): void {
    this.heard.set(name, heard);
  }
  close(): void {
    this.closed = true;
  }
  send(name: string, data: string): void {
    this.heard.get(name)?.({ data } as MessageEvent<string>);
  }
}

test("the stream is open while the page is seen, and its faults are nobody's concern", async () => {
  const time = new VirtualTime();
  const made: FakeSource[] = [];
  const heard: HeartbeatReply[] = [];
  const s = new Stream(() => made[made.push(new FakeSource()) - 1] ?? null, time, (r) => heard.push(r));
  s.open();
  s.open();
  assert.equal(made.length, 1);
  made[0]!.send("pause", '{"paused_at":null,"news":3}');
  made[0]!.send("notice", "{cut");
  assert.deepEqual(heard, [{ paused_at: null, news: 3 }]);
  made[0]!.onerror?.({} as Event);
  assert.equal(made[0]!.closed, false, "the browser opens it anew by itself");
  made[0]!.readyState = 2;
  made[0]!.onerror?.({} as Event);
  await time.advance(31000);
  assert.equal(made.length, 2, "a refused one is tried again later");
  s.close();
  assert.ok(made[1]!.closed);
  await time.advance(60000);
  assert.equal(made.length, 2);
});

test("a browser without event streams lives by the heart-beat", async () => {
  const time = new VirtualTime();
  const s = new Stream(() => null, time, () => assert.ok(false));
  s.open();
  s.close();
  await time.advance(60000);
});
