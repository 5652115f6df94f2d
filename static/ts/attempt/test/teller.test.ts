import assert from "node:assert/strict";
import test from "node:test";
import { Teller, type News } from "../core/teller";

const minute = 60000;

function listening(count = 0): { teller: Teller; heard: News[] } {
  const heard: News[] = [];
  return { teller: new Teller({ hidden: { mode: "warn", count } }, (n) => heard.push(n)), heard };
}

test("ten, five and one minute are told when they are crossed, and the end ten seconds ahead", () => {
  const { teller, heard } = listening();
  for (let left = 12 * minute; left >= 0; left -= 500) teller.left(left);
  assert.deepEqual(heard, [
    { kind: "minutes", minutes: 10 },
    { kind: "minutes", minutes: 5 },
    { kind: "minutes", minutes: 1 },
    { kind: "closing" },
  ]);
});

test("the start of a ten-minute exam is no news", () => {
  const { teller, heard } = listening();
  for (let left = 10 * minute; left > 4 * minute; left -= 500) teller.left(left);
  assert.deepEqual(heard, [{ kind: "minutes", minutes: 5 }]);
});

test("an exam of thirty minutes does not begin with the reminder that thirty are left", () => {
  const short = listening();
  for (let left = 30 * minute + 10000; left >= 28 * minute; left -= 500) short.teller.left(left);
  assert.deepEqual(short.heard, []);
  const longer = listening();
  for (let left = 31 * minute; left >= 29 * minute; left -= 500) longer.teller.left(left);
  assert.deepEqual(longer.heard, [{ kind: "minutes", minutes: 30 }]);
});

test("a page that is opened at the very end says that it closes, and at zero nothing more", () => {
  const late = listening();
  late.teller.left(9000);
  assert.deepEqual(late.heard, [{ kind: "closing" }]);
  const over = listening();
  over.teller.left(0);
  assert.deepEqual(over.heard, []);
});

test("when the line is back the most that ever waited is told, once", () => {
  const { teller, heard } = listening();
  teller.sending(1, 0);
  teller.sending(0, 0);
  assert.deepEqual(heard, [], "nothing failed");
  teller.sending(2, 1);
  teller.sending(3, 2);
  teller.sending(1, 0);
  teller.sending(0, 0);
  teller.sending(0, 0);
  assert.deepEqual(heard, [{ kind: "recovered", count: 3 }]);
});

test("what an earlier load left unsent is told when it is up", () => {
  const { teller, heard } = listening();
  teller.unsent(4);
  teller.sending(0, 0);
  assert.deepEqual(heard, [{ kind: "recovered", count: 4 }]);
});

test("a refused answer is told once, a further one by itself", () => {
  const { teller, heard } = listening();
  teller.refused([3]);
  teller.refused([3]);
  teller.refused([3, 5]);
  assert.deepEqual(heard, [{ kind: "refused", slots: [3] }, { kind: "refused", slots: [5] }]);
});

test("a warning is told when it is more than the page was opened with", () => {
  const { teller, heard } = listening(2);
  teller.warning({ kind: "hidden", count: 2, after: 3 });
  teller.warning({ kind: "hidden", count: 3, after: 3 });
  teller.warning({ kind: "hidden", count: 3, after: 3 });
  assert.equal(heard.length, 1);
});

test("more time is told to the second, less is told too, and no rounding of it", () => {
  const { teller, heard } = listening();
  teller.deadlineMoved(400);
  teller.deadlineMoved(31000);
  teller.deadlineMoved(4.6 * minute);
  teller.deadlineMoved(-90 * minute);
  assert.deepEqual(heard, [{ kind: "extended", seconds: 31 }, { kind: "extended", seconds: 276 }, { kind: "shortened" }]);
});
