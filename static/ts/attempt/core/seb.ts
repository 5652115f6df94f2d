// Safe Exam Browser proves its settings with a header of each request; where its web view can't, it gives the page the hash.
// Source: https://safeexambrowser.org/developer/seb-javascript-api.html

interface SafeExamBrowser {
  security?: { configKey?: string; updateKeys?: (done: () => void) => void };
}

/** The header to send from the page itself; empty outside of Safe Exam Browser. */
export function sebHeaders(browser = (globalThis as { SafeExamBrowser?: SafeExamBrowser }).SafeExamBrowser): Record<string, string> {
  const hash = browser?.security?.configKey;
  return hash ? { "X-SafeExamBrowser-ConfigKeyHash": hash } : {};
}

/** Asks the browser for the page's hash before the first call. */
export function askSEB(browser = (globalThis as { SafeExamBrowser?: SafeExamBrowser }).SafeExamBrowser): void {
  browser?.security?.updateKeys?.(() => undefined);
}
