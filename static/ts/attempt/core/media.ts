// The paper's pictures and recordings. They are loaded before the start as sealed blobs under names that say nothing, and opened
// with the key that comes with the paper: nonce, ciphertext and tag of AES-256-GCM (internal/exam/media.go seals them).

import { openPlain } from "./aes_gcm";
import { backoffMs } from "./backoff";

const nonceBytes = 12;

export interface MediaProgress {
  done: number;
  total: number;
}

/** Fetches one sealed file; null when it can't be had now. */
export type BlobFetcher = (name: string) => Promise<Uint8Array | null>;

/** The browser's own cache keeps what was loaded: a reload in mid-exam fetches nothing. */
export async function fetchBlob(name: string): Promise<Uint8Array | null> {
  try {
    const reply = await fetch("/api/v1/media/" + name);
    return reply.ok ? new Uint8Array(await reply.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

export class SealedMedia {
  changed: () => void = () => undefined;
  private readonly loads = new Map<string, Promise<Uint8Array>>();
  private readonly firsts: Promise<void>[] = [];
  private done = 0;

  constructor(
    private readonly fetcher: BlobFetcher,
    private readonly wait: (ms: number) => Promise<void>,
  ) {}

  /** Begins to load a file; harmless where it is loaded already. */
  load(name: string): Promise<Uint8Array> {
    let load = this.loads.get(name);
    if (!load) {
      let first: () => void = () => undefined;
      this.firsts.push(new Promise((done) => (first = done)));
      load = this.insist(name, first);
      this.loads.set(name, load);
      this.changed();
    }
    return load;
  }

  progress(): MediaProgress {
    return { done: this.done, total: this.loads.size };
  }

  /** Resolves when each file is there or was tried in vain once: a store that is away keeps nobody from the exam. */
  async settled(): Promise<void> {
    await Promise.all(this.firsts);
  }

  /** The opened file; null where the key does not fit. */
  async open(name: string, key: Uint8Array): Promise<Uint8Array | null> {
    return open(key, await this.load(name));
  }

  private async insist(name: string, first: () => void): Promise<Uint8Array> {
    for (let n = 1; ; n++) {
      const blob = await this.fetcher(name);
      if (blob) this.done++;
      first();
      this.changed();
      if (blob) return blob;
      await this.wait(backoffMs(n, Math.random));
    }
  }
}

/** By the browser's own cipher where the page is in a secure context, else in plain code. */
async function open(key: Uint8Array, sealed: Uint8Array): Promise<Uint8Array | null> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!subtle) return openPlain(key, sealed);
  try {
    const k = await subtle.importKey("raw", buffer(key), "AES-GCM", false, ["decrypt"]);
    const iv = buffer(sealed.subarray(0, nonceBytes));
    return new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv }, k, buffer(sealed.subarray(nonceBytes))));
  } catch {
    return null;
  }
}

function buffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer;
}

export function keyOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}
