// A form that has been open for a while asks first whether its person is still logged in: the log-in page would take what was
// typed with it.

import { openDialog } from "./dialogs";

const freshMs = 60_000;

export function keepTyped(): void {
  document.addEventListener(
    "submit",
    (e) => {
      const form = e.target;
      if (!(form instanceof HTMLFormElement) || !("guard" in form.dataset) || performance.now() < freshMs) return;
      if (!("requestSubmit" in form)) return; // iOS 15: what is held back could not be sent afterwards
      if (form.dataset["asked"] !== undefined) {
        delete form.dataset["asked"];
        return;
      }
      e.preventDefault();
      e.stopImmediatePropagation(); // neither is it sent yet nor are its changes
      void ask(form, e.submitter);
    },
    { capture: true },
  );
}

async function ask(form: HTMLFormElement, by: HTMLElement | null): Promise<void> {
  const status = await fetch("/api/v1/me", { headers: { Accept: "application/json" } }).then(
    (answer) => answer.status,
    () => 0, // no line: the browser says so itself
  );
  const dialog = document.getElementById("signed-out");
  if (status === 401 && dialog instanceof HTMLDialogElement) {
    openDialog(dialog);
    return;
  }
  form.dataset["asked"] = "";
  form.requestSubmit(by instanceof HTMLButtonElement ? by : null);
}
