import { el } from "./dom";

const tags = new Set(
  "p br strong em del code pre blockquote ul ol li hr h1 h2 h3 h4 h5 h6 table thead tbody tr th td".split(" "),
);

/**
 * Text with its structure: the elements that the server lets through, built anew without any attribute, so that whatever
 * else came would be text at most. Plain text where there is no HTML.
 */
export function rich(tag: "span" | "div", className: string, text: string, html?: string): HTMLElement {
  if (!html) return el(tag, { class: className }, text);
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const root = el(tag, { class: className + " rich" });
  copy(parsed.body, root);
  return root;
}

/** An option's text, to which its file is put. */
export function optionText(id: string, text: string, html?: string): HTMLElement {
  const root = rich("span", "text", text, html);
  root.dataset.option = id;
  return root;
}

function copy(from: Node, to: HTMLElement): void {
  from.childNodes.forEach((n) => {
    if (n.nodeType === Node.TEXT_NODE) to.append(n.textContent ?? "");
    else if (n instanceof Element) {
      const name = n.tagName.toLowerCase();
      const at = tags.has(name) ? to.appendChild(document.createElement(name)) : to;
      copy(n, at);
    }
  });
}
