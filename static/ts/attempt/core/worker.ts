// The service worker, where the browser has one and the page is in a secure context.

/** Keeps the shell of an attempt for a reload without a line. Whatever fails, the page works without it. */
export async function keepOffline(path: string): Promise<void> {
  try {
    if (!("serviceWorker" in navigator)) return;
    const r = await navigator.serviceWorker.register("/sw.js", { scope: "/attempts/", updateViaCache: "none" });
    // Not serviceWorker.ready: a page that came from the waiting page's address never gets there.
    (r.active ?? r.waiting ?? r.installing)?.postMessage({ keep: path });
  } catch {
    // A bonus where it is.
  }
}

export function forgetOffline(path: string): void {
  if (!("serviceWorker" in navigator)) return;
  void navigator.serviceWorker.getRegistration(path).then((r) => r?.active?.postMessage({ forget: path })).catch(() => undefined);
}
