import assert from "node:assert/strict";
import test from "node:test";
import { KeptSheet } from "../core/kept_sheet";
import type { StartReply } from "../core/types";
import { MemoryStorage } from "./virtual";

test("the sheet is kept for the tab that holds the attempt, for a day, with the time that passed", () => {
  const store = new MemoryStorage();
  let wall = 1e12;
  const sheet: StartReply = {
    attempt: { id: "7", exam_id: "3", state: "open", started_at: "" }, lease: "mine", remaining_ms: 600000, paper: { slots: [] },
    responses: [{ slot: 1, client_seq: 1, response: { choice: "a" }, saved_at: "" }],
  };
  const mine = new KeptSheet(store, "tab", () => wall);
  mine.keep({ ...sheet, lease: null });
  assert.equal(mine.open("7"), null, "a page that only reads keeps nothing");
  mine.keep(sheet);
  wall += 60000;
  assert.equal(mine.open("7")?.remaining_ms, 540000);
  assert.deepEqual(mine.open("7")?.responses, [], "answers are the journal's");
  assert.equal(new KeptSheet(store, "another tab", () => wall).open("7"), null);
  assert.equal(mine.open("8"), null);
  wall += 25 * 3600000;
  assert.equal(mine.open("7"), null, "that exam is over");
  mine.forget("7");
  assert.equal(store.length, 0);
});
