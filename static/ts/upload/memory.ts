// What of a file has already been sent, kept across a closed page.

export interface Known {
  id: string;
  partSize: number; // bytes; the last part is shorter
  etags: string[]; // by part; "" = not yet sent
  fresh: boolean; // begun by this page, not found in the memory
}

const key = (f: File): string => `upload:${f.name}:${f.size}:${f.lastModified}`;

export function recall(f: File): Known | undefined {
  try {
    const text = localStorage.getItem(key(f));
    return text === null ? undefined : { ...(JSON.parse(text) as Known), fresh: false };
  } catch {
    return undefined; // storage is full, forbidden or spoilt: the upload works without
  }
}

export function remember(f: File, k: Known): void {
  try {
    localStorage.setItem(key(f), JSON.stringify(k));
  } catch {
    // as above: only the resuming after a closed page is lost
  }
}

export function forget(f: File): void {
  try {
    localStorage.removeItem(key(f));
  } catch {
    // nothing was kept
  }
}
