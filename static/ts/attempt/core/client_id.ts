// Which tab this is. The id lives in sessionStorage, which a reload keeps and a duplicated
// tab copies; so a Web Lock on the id tells whether another living tab holds it. Where
// there are no locks (no secure context), tabs ask each other over a BroadcastChannel.

export interface Tabs {
  /** True when this page now holds the name; false when another living page does. */
  claim(name: string): Promise<boolean>;
}

const key = "peikao.client";

/**
 * The id of this tab. After a closed tab or a killed web view, an id that a journal of this
 * attempt left behind is taken up again when no living tab holds it, so that the same
 * device goes on with the same lease.
 */
export async function clientId(
  session: Pick<Storage, "getItem" | "setItem"> | null,
  left: string[],
  tabs: Tabs,
): Promise<string> {
  const own = session?.getItem(key);
  for (const id of own ? [own, ...left] : left) {
    if (await tabs.claim(id)) return keep(session, id);
  }
  const fresh = newId();
  await tabs.claim(fresh);
  return keep(session, fresh);
}

function keep(session: Pick<Storage, "setItem"> | null, id: string): string {
  try {
    session?.setItem(key, id);
  } catch {
    // Storage that refuses makes a new id at the next load: read-only until "在本机继续".
  }
  return id;
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

/** A page that reloads lets go of its lock a moment after the new one asks. */
const lockWaitMs = 600;
const probeWaitMs = 250;

export const browserTabs: Tabs = {
  claim(name) {
    return "locks" in navigator ? claimLock("peikao.client." + name) : claimByProbe(name);
  },
};

function claimLock(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), lockWaitMs);
    navigator.locks
      .request(name, { signal: abort.signal }, () => {
        clearTimeout(timer);
        resolve(true);
        return new Promise(() => undefined); // held as long as the page lives
      })
      .catch(() => resolve(false));
  });
}

function claimByProbe(name: string): Promise<boolean> {
  if (!("BroadcastChannel" in self)) return Promise.resolve(true);
  const channel = new BroadcastChannel("peikao.client." + name);
  return new Promise((resolve) => {
    let decided = false;
    const timer = setTimeout(() => {
      decided = true;
      resolve(true);
    }, probeWaitMs);
    channel.onmessage = (e) => {
      if (e.data === "who" && decided) channel.postMessage("me");
      if (e.data !== "me" || decided) return;
      decided = true;
      clearTimeout(timer);
      channel.close();
      resolve(false);
    };
    channel.postMessage("who");
  });
}
