import { keyOf, type SealedMedia } from "../core/media";
import type { Slot, SlotMedia } from "../core/types";
import { button, el } from "./dom";
import type { Look } from "./look";

/** Puts the paper's pictures, recordings and films to their questions, each as soon as it is opened. */
export function showMedia(root: HTMLElement, attempt: string, slots: Slot[], media: SealedMedia, key: string, look: Look): void {
  const view = (m: SlotMedia) => (m.kind === "video" ? filmView(m, attempt, look) : mediaView(m, media, key, look));
  for (const slot of slots) {
    const question = root.querySelector("#q" + slot.slot);
    question?.querySelector(".stimulus .text")?.append(...(slot.stimulus?.media ?? []).map(view));
    const stem = question?.querySelector(".stem");
    if (stem && slot.media?.length) stem.after(...slot.media.map(view));
    for (const option of slot.options ?? []) {
      question?.querySelector(`[data-option="${option.id}"]`)?.append(...(option.media ?? []).map(view));
    }
  }
}

/** A film comes from the server in pieces; without a line its words stand in its place. */
function filmView(m: SlotMedia, attempt: string, look: Look): HTMLElement {
  const root = el("div", { class: "media" });
  const src = `/attempts/${attempt}/media/${m.file ?? ""}`;
  const play = () => {
    const film = el("video", { controls: true, playsinline: true, preload: "metadata", src, "aria-label": m.alt });
    film.addEventListener("error", () =>
      root.replaceChildren(el("span", {}, look.words("attempt.media.failed", { alt: m.alt })), button(look.words("attempt.media.again"), play, "btn small")),
    );
    root.replaceChildren(film);
  };
  play();
  return root;
}

/** One file; until it is there, and where it never comes, its words stand in its place. */
export function mediaView(m: SlotMedia, media: SealedMedia, key: string, look: Look): HTMLElement {
  const t = look.words;
  const root = el("div", { class: "media" }, t("attempt.media.loading", { alt: m.alt }));
  const show = async () => {
    const plain = m.blob && key ? await media.open(m.blob, keyOf(key)) : null;
    root.replaceChildren(plain ? shown(m, plain) : el("span", {}, t("attempt.media.failed", { alt: m.alt })));
    if (!plain) root.append(button(t("attempt.media.again"), () => location.reload(), "btn small"));
  };
  void show();
  return root;
}

function shown(m: SlotMedia, plain: Uint8Array): HTMLElement {
  const src = URL.createObjectURL(new Blob([plain as BlobPart], { type: m.type ?? "" }));
  if (m.kind === "audio") return el("audio", { controls: true, src, "aria-label": m.alt });
  return el("img", { src, alt: m.alt });
}
