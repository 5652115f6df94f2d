// What was typed into a form comes back when the log-in had run out by the time it was sent, or when the server refused it: the tab keeps it
// until the next page shows what became of it. A dialog opens again with the refusal in it. Only for the same person, in the same tab, for a while; never a password or a file.

import { openDialog } from "./dialogs";

const kept = "peikao.typed";
const keptPage = "peikao.page";
export const mostBytes = 100_000;
export const longestMs = 30 * 60_000;

/** One field: its name, which of that name, and its text; of a box its own value and whether it is ticked. */
export type Field = [name: string, which: number | string, value: string | boolean];

export interface Typed {
  person: string;
  page: string; // where the form stands, to be asked for again
  action: string;
  about: string; // what the form says of itself (aboutOf)
  nth: number; // of the forms with that action that say the same
  at: number;
  lost: boolean; // the log-in page came instead of an answer
  refused: string; // what the server said instead of doing it; "" when it said nothing
  fields: Field[];
}

/** What a page does with what is kept: it was lost, it is brought back, it waits for another page, or it has had its answer. */
export type Step = "lost" | "back" | "wait" | "forget";

/** person is empty before log-in; error: the page tells of nothing but the refusal, and where one came from; form: it has the form. */
export function nextStep(typed: Typed, page: { login: boolean; person: string; page: string; error: boolean; form: boolean }, now: number): Step {
  if (now - typed.at > longestMs || now < typed.at) return "forget";
  if (page.login) return "lost";
  if (page.person === "") return "wait"; // between the log-in and the page: a first password
  if (page.person !== typed.person) return "forget";
  if (typed.refused !== "") return page.error || (!page.form && page.page !== typed.page) ? "wait" : "back";
  if (!typed.lost) return "forget";
  return page.page === typed.page ? "back" : "wait";
}

/** What is kept as text; nothing of what is too large. */
export function packed(typed: Typed): string | undefined {
  const text = JSON.stringify(typed);
  return text.length > mostBytes ? undefined : text;
}

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
const untold = new Set(["hidden", "password", "file", "submit", "button", "reset", "image"]);

const ticked = (e: Input): e is HTMLInputElement => e instanceof HTMLInputElement && (e.type === "checkbox" || e.type === "radio");
const keyOf = (name: string, which: number | string): string => JSON.stringify([name, which]);

/** The fields of a form: a box by its value, which is the row's that it stands in, wherever the row stands now; others by their order. */
function inputsOf(form: HTMLFormElement): [Input, which: number | string][] {
  const seen = new Map<string, number>();
  const out: [Input, number | string][] = [];
  for (const e of form.elements) {
    if (!(e instanceof HTMLInputElement || e instanceof HTMLTextAreaElement || e instanceof HTMLSelectElement)) continue;
    if (e.name === "" || untold.has(e.type)) continue;
    const nth = seen.get(e.name) ?? 0;
    seen.set(e.name, nth + 1);
    out.push([e, ticked(e) ? e.value : nth]);
  }
  return out;
}

/**
 * What a form is about: whom its rows are of, which version of a thing it changes. Where that is another one by now, the same fields are
 * somebody else's, or would undo what somebody else saved meanwhile.
 */
function aboutOf(form: HTMLFormElement): string {
  const hidden = [...form.elements].filter((e): e is HTMLInputElement => e instanceof HTMLInputElement && e.type === "hidden");
  return JSON.stringify(hidden.map((e) => [e.name, e.value]));
}

const pathOf = (form: HTMLFormElement): string => new URL(form.getAttribute("action") ?? "", location.href).pathname;

function formsTo(action: string, about: string): HTMLFormElement[] {
  return [...document.forms].filter((f) => f.method === "post" && pathOf(f) === action && aboutOf(f) === about);
}

function keep(form: HTMLFormElement, person: string, page: string): void {
  const action = pathOf(form);
  const about = aboutOf(form);
  const fields = inputsOf(form).map(([e, which]): Field => [e.name, which, ticked(e) ? e.checked : e.value]);
  const typed = { person, page, action, about, nth: formsTo(action, about).indexOf(form), at: Date.now(), lost: false, refused: "", fields };
  const text = fields.length > 0 ? packed(typed) : undefined;
  if (text === undefined) sessionStorage.removeItem(kept);
  else sessionStorage.setItem(kept, text);
}

function fill(form: HTMLFormElement, fields: Field[]): void {
  const values = new Map(fields.map(([name, which, value]) => [keyOf(name, which), value]));
  for (const [e, which] of inputsOf(form)) {
    const value = values.get(keyOf(e.name, which));
    if (value === undefined) continue;
    if (ticked(e)) e.checked = value === true;
    else if (typeof value === "string") e.value = value;
    e.dispatchEvent(new Event("input", { bubbles: true }));
    e.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** A form of the page itself comes with what was typed and what is wrong; a dialog does not, and would be closed. */
function reopen(typed: Typed): void {
  const form = formOf(typed);
  if (form === undefined) {
    leave(typed);
    return;
  }
  const said = document.getElementById("typed-refused");
  const dialog = form.closest("dialog");
  if (!dialog || said === null) return;
  fill(form, typed.fields);
  said.textContent = typed.refused;
  form.prepend(said);
  said.hidden = false;
  openDialog(dialog);
  said.focus();
}

/** The page does not offer any more what was refused: what was written for it stands there to be copied. */
function leave(typed: Typed): void {
  const texts = typed.fields.map(([, , value]) => value).filter((value) => typeof value === "string" && value.trim() !== "");
  const said = document.getElementById("typed-left");
  if (said === null || texts.length === 0) return;
  said.firstElementChild?.append(...texts.map((text) => Object.assign(document.createElement("p"), { className: "text-prewrap", textContent: text })));
  document.querySelector("main")?.prepend(said);
  said.hidden = false;
  said.focus();
}

const formOf = (typed: Typed): HTMLFormElement | undefined => formsTo(typed.action, typed.about)[typed.nth];

function bringBack(typed: Typed): void {
  if (typed.refused !== "") {
    reopen(typed);
    return;
  }
  const form = formOf(typed);
  if (form !== undefined) {
    fill(form, typed.fields);
    const dialog = form.closest("dialog");
    if (dialog) openDialog(dialog);
  }
  const said = document.getElementById(form === undefined ? "typed-gone" : "typed-back");
  if (said === null) return;
  (form ?? document.querySelector("main"))?.prepend(said);
  said.hidden = false;
  said.focus();
}

function read(): Typed | undefined {
  const text = sessionStorage.getItem(kept);
  if (text === null) return undefined;
  const typed = JSON.parse(text) as Omit<Typed, "refused"> & { refused?: string }; // an older page kept none
  return { ...typed, refused: typed.refused ?? "" };
}

function look(person: string, page: string): void {
  const typed = read();
  if (typed === undefined) return;
  const refusal = document.querySelector("[data-refused]")?.textContent?.trim() ?? "";
  if (refusal !== "" && !typed.lost) typed.refused = refusal;
  const error = document.querySelector("[data-came-from]") !== null;
  const doors = document.querySelectorAll<HTMLInputElement>('form[action="/login"] input[name=next]');
  switch (nextStep(typed, { login: doors.length > 0, person, page, error, form: formOf(typed) !== undefined }, Date.now())) {
    case "lost":
      sessionStorage.setItem(kept, JSON.stringify({ ...typed, lost: true }));
      for (const next of doors) next.value = typed.page;
      setTimeout(forgetTyped, typed.at + longestMs - Date.now()); // also where nobody logs in any more
      return;
    case "back":
      sessionStorage.removeItem(kept);
      bringBack(typed);
      return;
    case "wait":
      sessionStorage.setItem(kept, JSON.stringify(typed));
      return;
    case "forget":
      sessionStorage.removeItem(kept);
  }
}

/** Whoever logs out takes along what was typed, and where: an address holds what was searched for. */
export function forgetTyped(): void {
  sessionStorage.removeItem(kept);
  sessionStorage.removeItem(keptPage);
}

/** A page that tells of an error leads to the one before it. */
function leadBack(page: string, here: string): void {
  const link = document.querySelector<HTMLAnchorElement>("[data-came-from]");
  if (link === null || page === here) return;
  link.href = page;
  link.hidden = false;
}

export function typedComesBack(): void {
  try {
    const { person = "", asked } = document.body.dataset;
    const here = location.pathname + location.search;
    // A page that answers a form may have no address of its own; the one before it has the same form.
    if (person !== "" && asked === "get") sessionStorage.setItem(keptPage, here);
    const page = sessionStorage.getItem(keptPage) ?? here;
    document.addEventListener("submit", (e) => {
      if (!(e.target instanceof HTMLFormElement) || e.target.method !== "post" || e.defaultPrevented || person === "") return;
      if (pathOf(e.target) === "/logout") return;
      if ("download" in e.target.dataset) return; // a file is the answer: no page comes to say that there was one
      try {
        keep(e.target, person, page);
      } catch {
        // The storage is full: the form goes its way all the same.
      }
    });
    leadBack(page, here);
    look(person, here); // last: whatever is wrong with what was kept, what is typed now is kept
  } catch {
    // No storage, nothing kept.
  }
}
