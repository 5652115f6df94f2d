// The player of a unit: video, audio or page images. It starts where the viewer
// left off and tells the server every 10 s what is being played; what counts as
// learnt is the server's decision, and the page shows its answer.
import { Heart } from "./player/heart";
import { media } from "./player/media";
import { pages } from "./player/pages";

for (const root of document.querySelectorAll<HTMLElement>("[data-player]")) {
  const heart = new Heart(root);
  const element = root.querySelector<HTMLMediaElement>("video, audio");
  if (element) media(root, element, heart);
  else pages(root, heart);
}
