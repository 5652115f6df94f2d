import type { Sitting } from "../core/sitting";

/** Wires a field of text: it answers as it is typed, but not half-typed pinyin, and sends what is left when it is left. */
export function typed(field: HTMLInputElement | HTMLTextAreaElement, sitting: Sitting, answer: () => void): void {
  let composing = false;
  field.addEventListener("compositionstart", () => (composing = true));
  field.addEventListener("compositionend", () => {
    composing = false;
    answer();
  });
  field.addEventListener("input", () => composing || answer());
  field.addEventListener("blur", () => sitting.outbox.flush());
  field.addEventListener("paste", () => sitting.notePaste());
}
