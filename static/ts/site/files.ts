// A file is chosen by a button of the page's language; the browser's own speaks the browser's. The input stays, out of sight, with its name,
// its focus and the keyboard.

function own(input: HTMLInputElement): void {
  const box = input.nextElementSibling;
  if (!(box instanceof HTMLElement) || !box.classList.contains("own-file") || !box.hidden) return;
  const said = box.querySelector<HTMLElement>("[data-file-name]");
  const none = said?.textContent ?? "";
  input.classList.add("visually-hidden");
  box.hidden = false;
  const tell = (): void => {
    if (said) said.textContent = [...(input.files ?? [])].map((f) => f.name).join(", ") || none;
  };
  input.addEventListener("change", () => setTimeout(tell)); // after a file that is too large was taken back
  tell(); // the page may come back with a file chosen
}

export function ownFileButtons(): void {
  const all = (root: ParentNode): void => root.querySelectorAll<HTMLInputElement>("input[type=file]").forEach(own);
  all(document);
  document.addEventListener("htmx:load", (e) => {
    if (e.target instanceof Element) all(e.target);
  });
}
