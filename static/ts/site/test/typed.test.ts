import assert from "node:assert/strict";
import test from "node:test";
import { longestMs, mostBytes, nextStep, packed, type Typed } from "../typed";

const typed = (over: Partial<Typed> = {}): Typed => ({
  person: "7", page: "/exams/new", action: "/exams/new", about: "[]", nth: 0, at: 1000, lost: false, refused: "", fields: [["title", 0, "季度考核"]], ...over,
});

test("what was sent is kept until a page shows what became of it", () => {
  const at = 2000;
  const page = { login: false, person: "7", page: "/exams/new", error: false, form: true };
  const refused = typed({ refused: "已经交卷" });
  const lost = typed({ lost: true });
  for (const [name, got, want] of [
    ["an answer came", nextStep(typed(), page, at), "forget"],
    ["the log-in page came", nextStep(typed(), { ...page, login: true, person: "", page: "/login" }, at), "lost"],
    ["a wrong password", nextStep(lost, { ...page, login: true, person: "", page: "/login" }, at), "lost"],
    ["a first password is asked", nextStep(lost, { ...page, person: "", page: "/first-password" }, at), "wait"],
    ["another page comes first", nextStep(lost, { ...page, page: "/" }, at), "wait"],
    ["the page of the form", nextStep(lost, page, at), "back"],
    ["somebody else logs in", nextStep(lost, { ...page, person: "8" }, at), "forget"],
    ["somebody else, elsewhere", nextStep(lost, { ...page, person: "8", page: "/" }, at), "forget"],
    ["too long ago", nextStep(lost, page, 1000 + longestMs + 1), "forget"],
    ["just in time", nextStep(lost, page, 1000 + longestMs), "back"],
    ["the page of what was refused", nextStep(refused, page, at), "back"],
    ["an error page between", nextStep(refused, { ...page, page: "/exams/new/send", error: true }, at), "wait"],
    ["another page than that of the form", nextStep(refused, { ...page, page: "/exams", form: false }, at), "wait"],
    ["another page with the same form", nextStep(refused, { ...page, page: "/exams" }, at), "back"],
    ["its page, which has the form no more", nextStep(refused, { ...page, form: false }, at), "back"],
    ["elsewhere, and long ago", nextStep(refused, { ...page, page: "/exams", form: false }, 1000 + longestMs + 1), "forget"],
    ["refused for somebody else", nextStep(refused, { ...page, person: "8" }, at), "forget"],
    ["refused long ago", nextStep(refused, page, 1000 + longestMs + 1), "forget"],
    ["the clock went back", nextStep(lost, page, 999), "forget"],
  ] as const) {
    assert.equal(got, want, name);
  }
});

test("what is too large is not kept", () => {
  assert.notEqual(packed(typed()), undefined);
  assert.equal(packed(typed({ fields: [["note", 0, "长".repeat(mostBytes)]] })), undefined);
});
