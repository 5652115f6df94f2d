// Files go from the browser straight to the object store, in parts, by presigned
// addresses. A part that fails is tried again; an upload that was cut off, even
// by closing the page, goes on when the same file is chosen again.
import { start } from "./upload/widget";

for (const root of document.querySelectorAll<HTMLElement>("[data-upload]")) start(root);
