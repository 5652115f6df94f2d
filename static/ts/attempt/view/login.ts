import type { Api } from "../core/api";
import type { Look } from "./look";
import { button, dialog, el, say } from "./dom";

/** Log-in over the paper: the page and the journal stay, what is unsent goes out afterwards. */
export function loginDialog(api: Api, look: Look, done: () => void): HTMLDialogElement {
  const t = look.words;
  const login = el("input", { type: "text", name: "username", autocomplete: "username", autocapitalize: "off", required: true });
  const password = el("input", { type: "password", name: "password", autocomplete: "current-password", required: true });
  const problem = el("p", { class: "problem", role: "alert" });
  const send = el("button", { type: "submit", class: "btn primary" }, t("attempt.login.button"));
  const submit = async () => {
    send.disabled = true;
    say(send, t("attempt.login.busy"));
    const o = await api.logIn(login.value, password.value);
    send.disabled = false;
    say(send, t("attempt.login.button"));
    const ok = o === "ok" && (await mayGoOn(api));
    if (ok) {
      d.close();
      done();
      return;
    }
    password.value = "";
    const words = { ok: t("attempt.login.person"), wrong: t("attempt.login.wrong"), unreachable: t("attempt.login.offline") };
    say(problem, words[o]);
  };
  const form = el(
    "form",
    {
      onsubmit: (e) => {
        e.preventDefault();
        void submit();
      },
    },
    el("label", { class: "field" }, t("attempt.login.login"), login),
    el("label", { class: "field" }, t("attempt.login.password"), password),
    problem,
    el("div", { class: "dialog-actions" }, send, button(t("attempt.login.later"), () => d.close())),
  );
  const d = dialog(t("attempt.login.title"), "sheet login", el("h2", {}, t("attempt.login.title")), el("p", {}, t("attempt.line.login.more")), form);
  return d;
}

/** False when somebody else logged in, or a first password must be changed: the attempt can't be read. */
async function mayGoOn(api: Api): Promise<boolean> {
  if (api.attempt === "") return true;
  const o = await api.read(api.attempt);
  return o.kind !== "denied" && o.kind !== "login";
}
