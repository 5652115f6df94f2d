// Whoever logs out takes the paper along: the next person at this device must not read it. Answers that were not sent stay, in
// the journal that only the same attempt opens.

import { forgetTyped } from "./typed";

const kept = "peikao.sheet.";

export function forgetAtLogOut(): void {
  document.addEventListener("submit", (e) => {
    if (!(e.target instanceof HTMLFormElement) || new URL(e.target.action).pathname !== "/logout") return;
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(kept)) localStorage.removeItem(key);
      forgetTyped();
    } catch {
      // No storage, nothing kept.
    }
  });
}
