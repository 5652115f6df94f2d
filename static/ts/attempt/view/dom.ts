type Child = Node | string | null;
type Attrs = Record<string, string | boolean | number | ((e: Event) => void)>;

/** One element: attributes, "on…" listeners, children. Text is always text, never markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attrs: Attrs = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (typeof value === "function") e.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") e.toggleAttribute(name, value);
    else e.setAttribute(name, String(value));
  }
  e.append(...children.filter((c): c is Node | string => c !== null));
  return e;
}

/** Writes text only where it differs, so that a live region speaks once. */
export function say(e: HTMLElement, text: string): void {
  if (e.textContent !== text) e.textContent = text;
}

/**
 * Acts on a first click alone: where a first click opens something under the mouse, its second falls on what nobody has seen yet.
 */
export function seen(press: () => void): (e: Event) => void {
  return (e) => {
    if ((e as UIEvent).detail < 2) press();
  };
}

/** A button of the page. */
export function button(text: string, press: (e: Event) => void, kind = "btn"): HTMLButtonElement {
  return el("button", { type: "button", class: kind, onclick: press }, text);
}

/** Small drawings in the text's colour; what they mean always stands beside them in words. */
const shapes: Record<string, string> = {
  check: "M5 12l5 5L20 7",
  cloud: "M7 18a4.6 4.4 0 0 1 0-9 5 4.5 0 0 1 11 2h1a3.5 3.5 0 0 1 0 7H7z",
  flag: "M5 21V4h13l-3 5 3 5H5",
  grid: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z",
  left: "M15 6l-6 6 6 6",
  right: "M9 6l6 6-6 6",
  alert: "M12 9v4M12 17v.01M12 3l10 18H2z",
  dots: "M12 5v.01M12 12v.01M12 19v.01",
  clock: "M12 7v5l3 3M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z",
};

export function icon(name: string): SVGElement {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", shapes[name] ?? "");
  svg.append(path);
  return svg;
}

/**
 * A dialog that Escape and the ground beside it close; focus goes back to where it was. The second click of a double one, which
 * falls on the ground of the dialog that the first has opened, closes nothing.
 */
export function dialog(name: string, className: string, ...children: Child[]): HTMLDialogElement {
  const d = el("dialog", { class: className, "aria-label": name }, ...children);
  d.addEventListener("click", (e) => {
    if (e.target === d && e.detail < 2) d.close();
  });
  return d;
}

/** Moves the reader to an element without a visible jump of the layout. */
export function focusOn(e: HTMLElement): void {
  e.tabIndex = -1;
  e.focus({ preventScroll: true });
}
