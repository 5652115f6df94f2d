import type { Heart } from "./heart";

// pages shows one page image at a time. Each page carries its own address in
// data-src and is fetched when it is near.
export function pages(root: HTMLElement, heart: Heart): void {
  const images = [...root.querySelectorAll<HTMLImageElement>("[data-page]")];
  const number = root.querySelector("[data-page-number]");
  const steps = root.querySelectorAll<HTMLButtonElement>("[data-step]");
  if (images.length === 0) return;
  let current = clamp(Number(root.dataset["page"] ?? 1));

  function clamp(n: number): number {
    return Math.min(Math.max(n, 1), images.length);
  }
  function load(n: number): void {
    const img = images[n - 1];
    if (img?.dataset["src"] !== undefined) {
      img.src = img.dataset["src"];
      delete img.dataset["src"];
    }
  }
  function show(n: number): void {
    current = clamp(n);
    images.forEach((img, i) => (img.hidden = i !== current - 1));
    for (const near of [current, current + 1]) load(near);
    if (number) number.textContent = `${current} / ${images.length}`;
    for (const b of steps) b.disabled = clamp(current + Number(b.dataset["step"])) === current;
  }

  heart.watch(() => ({
    position_ms: 0,
    playing: true,
    visible: document.visibilityState === "visible",
    rate: 100,
    page: current,
  }));
  const turn = (by: number): void => {
    const before = current;
    show(current + by);
    if (current !== before) void heart.beat();
  };
  for (const b of steps) b.addEventListener("click", () => turn(Number(b.dataset["step"])));
  root.addEventListener("keydown", (e) => {
    if (e.key === "ArrowRight" || e.key === "PageDown") turn(1);
    else if (e.key === "ArrowLeft" || e.key === "PageUp") turn(-1);
    else return;
    e.preventDefault();
  });
  show(current);
  heart.update();
}
