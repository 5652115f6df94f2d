import assert from "node:assert/strict";
import test from "node:test";
import { assetsOf, isShell, shellPath } from "../shell";

const page = '<link rel="stylesheet" href="/static/attempt.0123456789.css"><script defer src="/static/attempt.9876543210.js"></script><script id="shell" type="application/json">{}</script>';

test("only the page of an attempt is kept", () => {
  for (const path of ["/attempts/7", "/attempts/10"]) assert.ok(shellPath(path), path);
  for (const path of ["/attempts/", "/attempts/07", "/attempts/7/result", "/attempts/7/receipt", "/exams/7", "/api/v1/attempts/7", "/"]) assert.ok(!shellPath(path), path);
});

test("a shell is kept with the script and style that it names", () => {
  assert.deepEqual(assetsOf(page), ["/static/attempt.0123456789.css", "/static/attempt.9876543210.js"]);
  assert.ok(isShell(200, page));
  assert.ok(!isShell(200, "<html>log in</html>"));
  assert.ok(!isShell(503, page));
  assert.deepEqual(assetsOf('<script src="https://elsewhere/static/x.js"></script>'), []);
});
