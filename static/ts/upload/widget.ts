import { Refused } from "../lib/api";
import { transfer } from "./transfer";

// start brings an uploader to life: choose or drop files, one line each with
// progress and cancel; each finished file becomes a hidden field of the form.
// The sentences stand in the element's data-attributes, in the page's language.
export function start(root: HTMLElement): void {
  const input = root.querySelector<HTMLInputElement>("input[type=file]");
  const list = root.querySelector<HTMLElement>("[data-upload-list]");
  const line = root.querySelector<HTMLTemplateElement>("template");
  if (!input || !list || !line) return;

  let running = 0;
  const take = (files: FileList): void => {
    for (const file of files) {
      running++;
      void send(root, list, line, file).finally(() => running--);
    }
    input.value = "";
  };
  input.addEventListener("change", () => input.files && take(input.files));
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    root.addEventListener(kind, (e) => {
      e.preventDefault();
      root.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
      if (kind === "drop" && e instanceof DragEvent && e.dataTransfer) take(e.dataTransfer.files);
    });
  }
  root.closest("form")?.addEventListener("submit", (e) => {
    if (running === 0) return;
    e.preventDefault();
    say(root, root.dataset["wait"] ?? "");
  });
  window.addEventListener("beforeunload", (e) => {
    if (running > 0) e.preventDefault();
  });
}

async function send(root: HTMLElement, list: HTMLElement, line: HTMLTemplateElement, file: File): Promise<void> {
  const row = line.content.firstElementChild?.cloneNode(true) as HTMLElement;
  const bar = row.querySelector("progress");
  const state = row.querySelector("[data-upload-state]");
  const cancel = row.querySelector("button");
  const name = row.querySelector("[data-upload-name]");
  if (name) name.textContent = file.name;
  list.append(row);
  const tell = (text: string, tone: string): void => {
    if (state) state.textContent = text;
    row.dataset["tone"] = tone;
  };

  const limit = Number(root.dataset["maxBytes"] ?? 0);
  if (limit > 0 && file.size > limit) return tell(root.dataset["tooLarge"] ?? "", "bad");

  const stop = new AbortController();
  cancel?.addEventListener("click", () => {
    stop.abort();
    row.remove();
    root.dispatchEvent(new CustomEvent("upload:cancel", { bubbles: true }));
  });
  try {
    const id = await transfer(file, stop.signal, (sent, waiting) => {
      const percent = file.size === 0 ? 0 : Math.floor((100 * sent) / file.size);
      if (bar) bar.value = percent;
      tell(waiting ? (root.dataset["waiting"] ?? "") : `${percent}%`, waiting ? "warn" : "info");
    });
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = root.dataset["field"] ?? "object_id";
    field.value = id;
    row.append(field);
    tell(root.dataset["done"] ?? "", "ok");
    say(root, `${file.name} ${root.dataset["done"] ?? ""}`);
    root.dispatchEvent(new CustomEvent("upload:done", { bubbles: true, detail: { id, name: file.name } }));
  } catch (e) {
    if (stop.signal.aborted) return;
    tell((e instanceof Refused && e.message) || (root.dataset["failed"] ?? ""), "bad");
  }
}

function say(root: HTMLElement, text: string): void {
  const status = root.querySelector("[role=status]");
  if (status) status.textContent = text;
}
