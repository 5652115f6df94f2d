import { generate } from "lean-qr/nano";

/** Light border that a scanner needs, in modules. */
const quiet = 4;

/** A text as a QR code, black on white in either theme; null when it is too long for one. */
export function qrCode(text: string, name: string): SVGElement | null {
  const ns = "http://www.w3.org/2000/svg";
  try {
    const code = generate(text);
    let shape = "";
    for (let y = 0; y < code.size; y++) {
      for (let x = 0; x < code.size; x++) if (code.get(x, y)) shape += `M${x + quiet} ${y + quiet}h1v1h-1z`;
    }
    const side = code.size + 2 * quiet;
    const svg = document.createElementNS(ns, "svg");
    const attributes = { viewBox: `0 0 ${side} ${side}`, class: "qr", role: "img", "aria-label": name, "shape-rendering": "crispEdges" };
    for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
    const path = document.createElementNS(ns, "path");
    path.setAttribute("d", shape);
    svg.append(path);
    return svg;
  } catch {
    return null;
  }
}
