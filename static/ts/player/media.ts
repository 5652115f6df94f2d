import type { Heart } from "./heart";

// media ties a <video> or <audio> to the heart.
export function media(root: HTMLElement, el: HTMLMediaElement, heart: Heart): void {
  heart.watch(() => ({
    position_ms: Math.round(el.currentTime * 1000),
    playing: !el.paused && !el.ended,
    visible: document.visibilityState === "visible",
    rate: Math.round(el.playbackRate * 100),
    page: 0,
  }));

  const from = Number(root.dataset["positionMs"] ?? 0) / 1000;
  const resume = (): void => {
    if (from > 0 && from < el.duration - 3) el.currentTime = from; // at the very end: from the start
  };
  if (el.readyState >= HTMLMediaElement.HAVE_METADATA) resume();
  else el.addEventListener("loadedmetadata", resume, { once: true });

  for (const event of ["play", "playing", "pause", "ended"]) el.addEventListener(event, () => heart.update());

  const speed = root.querySelector<HTMLSelectElement>("[data-speed]");
  speed?.addEventListener("change", () => (el.playbackRate = Number(speed.value)));
}
