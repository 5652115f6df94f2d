// Small comforts of lists and pages.

// filters applies a changed choice of a search bar at once.
export function filters(): void {
  document.addEventListener("change", (e) => {
    if (!(e.target instanceof HTMLSelectElement)) return;
    e.target.closest<HTMLFormElement>("form[data-autosubmit]")?.requestSubmit();
  });
  // An empty field says nothing; without it the address stays short.
  document.addEventListener("formdata", (e) => {
    if (!(e.target instanceof HTMLFormElement) || !("autosubmit" in e.target.dataset)) return;
    for (const [name, value] of [...e.formData.entries()]) if (value === "") e.formData.delete(name);
  });
}

// menus closes an open <details data-menu> by Escape and by a click beside it.
export function menus(): void {
  const open = (): NodeListOf<HTMLDetailsElement> => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("click", (e) => {
    for (const d of open()) if (e.target instanceof Node && !d.contains(e.target)) d.open = false;
  });
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    for (const d of open()) {
      d.open = false;
      d.querySelector("summary")?.focus();
    }
  });
}

// takeFocus leads to what the page opens with: the summary of errors.
export function takeFocus(): void {
  document.querySelector<HTMLElement>("[data-autofocus]")?.focus();
}

/** Whether somebody typed, ticked or chose something in a field. */
function touched(f: Element): boolean {
  if (f instanceof HTMLSelectElement) return f.selectedIndex !== Math.max(0, [...f.options].findIndex((o) => o.defaultSelected));
  if (f instanceof HTMLInputElement && f.type !== "hidden") return f.checked !== f.defaultChecked || f.value !== f.defaultValue;
  return f instanceof HTMLTextAreaElement && f.value !== f.defaultValue;
}

// freshOnReturn asks again for a page that Back brings out of the browser's memory: it tells what was true before. Where something
// was typed or ticked it stays; a box of a row belongs to its form wherever it stands.
export function freshOnReturn(): void {
  const typed = (): boolean => [...document.forms].some((form) => form.method === "post" && [...form.elements].some(touched));
  window.addEventListener("pageshow", (e) => {
    if (e.persisted && !typed()) location.reload();
  });
}
