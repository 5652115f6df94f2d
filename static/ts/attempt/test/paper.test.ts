import assert from "node:assert/strict";
import test from "node:test";
import { Api } from "../core/api";
import { inOrder } from "../core/paper";

const head = { attempt: { id: "7", exam_id: "3", state: "open", started_at: "" }, lease: "mine", responses: [] };
const questions = [
  { type: "single", points: 2, stem: "甲", options: [{ id: "a", text: "一" }, { id: "b", text: "二" }, { id: "c", text: "三" }] },
  { type: "essay", points: 10, stem: "乙" },
];
const here = [
  { slot: 4, type: "essay", points: 10, stem: "乙" },
  { slot: 5, type: "single", points: 2, stem: "甲", options: [{ id: "c", text: "三" }, { id: "a", text: "一" }, { id: "b", text: "二" }] },
];

test("the paper is put into the order of the attempt, questions and options", () => {
  assert.deepEqual(inOrder({ questions, places: [[4, 1], [5, 0, 2, 0, 1]] }), { slots: here });
});

test("each call that brings a paper asks for it apart, and takes it as a server of the release before sends it", async () => {
  const apart = { ...head, paper: { questions, places: [[4, 1], [5, 0, 2, 0, 1]] } };
  for (const reply of [apart, { ...head, paper: { slots: here } }]) {
    const asked: string[] = [];
    const api = new Api("tab", (input) => {
      asked.push(String(input));
      return Promise.resolve(new Response(JSON.stringify(reply), { status: 200 }));
    });
    api.attempt = "7";
    for (const o of [await api.start("3", ""), await api.read("7"), await api.takeOver(), await api.finishSection(1)]) {
      assert.equal(o.kind, "ok");
      if (o.kind === "ok") assert.deepEqual(o.body, { ...head, paper: { slots: here } });
    }
    assert.deepEqual(asked.filter((path) => !path.endsWith("?paper=shared")), []);
    assert.equal(asked.length, 4);
  }
});
