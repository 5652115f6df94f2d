// What the service worker must know of an attempt's shell.

/** The address of an attempt's page; nothing else under it, and no page before the start. */
export function shellPath(path: string): boolean {
  return /^\/attempts\/[1-9]\d*$/.test(path);
}

/** A log-in page or a proxy's apology is no shell. */
export function isShell(status: number, text: string): boolean {
  return status === 200 && text.includes('<script id="shell"') && assetsOf(text).length > 0;
}

/** The script and style that a shell names, under their hashed names. */
export function assetsOf(text: string): string[] {
  return [...text.matchAll(/(?:src|href)="(\/static\/[\w.-]+)"/g)].map((m) => m[1] ?? "").filter((a) => a !== "");
}
