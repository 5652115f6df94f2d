// What an exam asks of its sittings, in the page: full screen by a button, the person's name behind the questions.

import type { Sitting } from "../core/sitting";
import { button, el } from "./dom";
import type { Look } from "./look";

const repeats = 60;

/** The name, drawn faintly and again and again; null where the exam asks for none. It says nothing to a screen reader. */
export function watermark(text: string | null | undefined): HTMLElement | null {
  if (!text) return null;
  return el("div", { class: "watermark", "aria-hidden": "true" }, ...Array.from({ length: repeats }, () => el("span", {}, text)));
}

/**
 * The strip that asks for full screen, and the evidence when it is left. A browser that has no full screen (iOS) is not asked,
 * and nothing is reported of it.
 */
export class Fullscreen {
  readonly root: HTMLElement | null;
  private entered = false;

  constructor(
    private readonly sitting: Sitting,
    look: Look,
  ) {
    const asked = sitting.integrity.fullscreen?.asked === true && document.fullscreenEnabled === true;
    if (!asked) {
      this.root = null;
      return;
    }
    const t = look.words;
    const enter = () => void document.documentElement.requestFullscreen().catch(() => undefined);
    this.root = el(
      "div",
      { class: "strip", "data-tone": "quiet" },
      el("span", { class: "strip-text" }, el("strong", {}, t("attempt.fullscreen.ask")), t("attempt.fullscreen.more")),
      button(t("attempt.fullscreen.enter"), enter, "btn small"),
    );
    document.addEventListener("fullscreenchange", () => this.changed());
  }

  update(): void {
    if (this.root) this.root.hidden = document.fullscreenElement !== null || !this.sitting.writable();
  }

  private changed(): void {
    const full = document.fullscreenElement !== null;
    const left = this.entered && !full;
    this.entered = full;
    if (left && this.sitting.phase === "working") this.sitting.note({ kind: "fullscreen", at_ms: Math.round(performance.now()), length_ms: 0 });
    this.update();
  }
}
