export interface KeyTargets {
  enabled(): boolean;
  step(by: number): void;
  choose(i: number): void;
  flag(): void;
}

/**
 * ← → move, 1–9 and A–I choose, M flags. Keys that a field or a radio group needs itself
 * are left to it, and so are combinations with Ctrl, Alt and Meta.
 */
export function bindKeys(k: KeyTargets): void {
  document.addEventListener("keydown", (e) => {
    if (!k.enabled() || e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
    const at = e.target instanceof HTMLElement ? e.target : null;
    if (at?.closest("dialog, textarea, select, input[type=text], input[type=password]")) return;
    const inChoice = at?.matches("input[type=radio]") ?? false;
    const key = e.key.toLowerCase();
    if (!inChoice && key === "arrowleft") k.step(-1);
    else if (!inChoice && key === "arrowright") k.step(1);
    else if (key === "m") k.flag();
    else if (/^[1-9]$/.test(key)) k.choose(Number(key) - 1);
    else if (/^[a-i]$/.test(key)) k.choose(key.charCodeAt(0) - 97);
    else return;
    e.preventDefault();
  });
}
