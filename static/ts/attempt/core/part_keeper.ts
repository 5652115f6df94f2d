// Parts of recordings that the server has not yet, in IndexedDB: they are too large for localStorage. Where it fails (after
// backgrounding on iOS, in private windows) the page goes on with what it has in memory; nothing waits for it for long.

import type { PartKeeper, SoundPart } from "./speech";

const name = "peikao.recordings";
const table = "parts";
const patienceMs = 3000;

interface Row extends SoundPart {
  attempt: string;
}

const keyOf = (attempt: string, p: SoundPart) => `${attempt}.${p.recording}.${String(p.part).padStart(5, "0")}`;

export class BrowserPartKeeper implements PartKeeper {
  private opened: Promise<IDBDatabase | null> | null = null;

  constructor(private readonly attempt: string) {}

  put(p: SoundPart): void {
    void this.run("readwrite", (t) => t.put({ ...p, attempt: this.attempt }, keyOf(this.attempt, p)));
  }

  remove(p: SoundPart): void {
    void this.run("readwrite", (t) => t.delete(keyOf(this.attempt, p)));
  }

  async all(): Promise<SoundPart[]> {
    const rows = await this.run("readonly", (t) => t.getAll(this.range()) as IDBRequest<Row[]>);
    return (rows ?? []).map(({ attempt: _, ...p }) => p);
  }

  forget(): void {
    void this.run("readwrite", (t) => t.delete(this.range()));
  }

  private range(): IDBKeyRange {
    return IDBKeyRange.bound(this.attempt + ".", this.attempt + "/", false, true);
  }

  private async run<T>(mode: IDBTransactionMode, act: (t: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
    const limit = new Promise<null>((done) => setTimeout(() => done(null), patienceMs));
    return Promise.race([limit, this.act(mode, act).catch(() => null)]);
  }

  private async act<T>(mode: IDBTransactionMode, act: (t: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
    this.opened ??= open();
    const db = await this.opened;
    if (!db) return null;
    return new Promise((done, failed) => {
      const request = act(db.transaction(table, mode).objectStore(table));
      request.addEventListener("success", () => done(request.result));
      request.addEventListener("error", () => failed(request.error));
    });
  }
}

function open(): Promise<IDBDatabase | null> {
  return new Promise((done) => {
    try {
      const request = indexedDB.open(name, 1);
      request.addEventListener("upgradeneeded", () => request.result.createObjectStore(table));
      request.addEventListener("success", () => done(request.result));
      request.addEventListener("error", () => done(null));
    } catch {
      done(null);
    }
  });
}
