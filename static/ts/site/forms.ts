// A part with data-when shows itself while it makes sense; a form with data-guard asks before it is left with changes;
// one with data-once cannot be sent twice.

export function partsOfForms(): void {
  const show = (form: HTMLFormElement): void => {
    const chosen = new FormData(form);
    for (const part of form.querySelectorAll<HTMLElement>("[data-when]")) {
      const value = chosen.get(part.dataset["when"] ?? "");
      part.hidden = !(part.dataset["is"] ?? "").split(" ").includes(String(value));
    }
  };
  for (const form of document.querySelectorAll("form")) if (form.querySelector("[data-when]")) show(form);
  document.addEventListener("change", (e) => {
    if (e.target instanceof Element) {
      const form = e.target.closest("form");
      if (form?.querySelector("[data-when]")) show(form);
    }
  });
}

export function dirtyGuard(): void {
  let dirty = false;
  document.addEventListener("input", (e) => {
    if (e.target instanceof Element && e.target.closest("form[data-guard]")) dirty = true;
  });
  document.addEventListener("submit", () => (dirty = false));
  document.addEventListener("click", (e) => {
    if (e.target instanceof Element && e.target.closest("[data-leave]")) dirty = false;
  });
  window.addEventListener("beforeunload", (e) => {
    if (!dirty) return;
    e.preventDefault();
    e.returnValue = ""; // older engines ask only when this is set
  });
}

// A file that the server would refuse for its size is not sent at all.
export function boundFiles(): void {
  document.addEventListener("change", (e) => {
    const input = e.target;
    if (!(input instanceof HTMLInputElement) || input.dataset["maxBytes"] === undefined) return;
    const tooLarge = (input.files?.[0]?.size ?? 0) > Number(input.dataset["maxBytes"]);
    input.setCustomValidity(tooLarge ? (input.dataset["tooLarge"] ?? "") : "");
    if (!tooLarge) return;
    input.value = "";
    input.reportValidity();
  });
}

/** After so long a file is on its way and its form can be used again. */
const handedOverMs = 1500;

function release(form: HTMLFormElement): void {
  delete form.dataset["sent"];
  for (const b of form.querySelectorAll(".is-sending")) {
    b.removeAttribute("aria-disabled");
    b.classList.remove("is-sending");
  }
}

export function submitOnce(): void {
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (!(form instanceof HTMLFormElement) || !("once" in form.dataset) || e.defaultPrevented) return;
    if (form.dataset["sent"] !== undefined) {
      e.preventDefault();
      return;
    }
    form.dataset["sent"] = "";
    // Not `disabled`: a disabled button would not send its own name and value.
    for (const b of form.querySelectorAll("button[type=submit]")) {
      b.setAttribute("aria-disabled", "true");
      b.classList.add("is-sending");
    }
    // The answer is a file: the page stays, and nothing would open the form again.
    if ("download" in form.dataset) {
      setTimeout(() => {
        form.closest("dialog")?.close();
        release(form);
      }, handedOverMs);
    }
  });
  // The page may come back from the browser's cache with the form as it was left.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll<HTMLFormElement>("form[data-sent]").forEach(release);
  });
}
