import { post, Refused } from "../lib/api";
import { backOff, pause } from "../lib/retry";
import { forget, recall, remember, type Known } from "./memory";

interface Begun {
  id: string;
  part_size: number;
  parts: number;
}

interface Arrived {
  state?: string;
  reason?: string;
}

interface PartURL {
  part: number;
  url: string;
}

// Progress tells how many bytes have arrived and whether the line is waiting.
export type Progress = (sent: number, waiting: boolean) => void;

const urlsAtOnce = 8; // a part's address lives 10 minutes: ask for few at a time

// transfer sends a file and answers the id of the finished upload. It ends with
// an AbortError when the signal aborts, with Refused when the server says no.
export async function transfer(file: File, signal: AbortSignal, progress: Progress): Promise<string> {
  let known = recall(file) ?? (await begin(file, signal, progress));
  for (;;) {
    try {
      await sendParts(file, known, signal, progress);
      const arrived = await persist(signal, progress, known, () =>
        post<Arrived>(`/uploads/${known.id}/complete`, { etags: known.etags }, { signal }),
      );
      forget(file);
      if (arrived.state === "refused") throw new Refused(422, arrived.reason ?? ""); // the content is not what the name says
      return known.id;
    } catch (e) {
      if (!(e instanceof Refused) || (e.status !== 404 && e.status !== 410) || known.fresh) throw e;
      forget(file); // what was begun on an earlier day is gone: from the start
      known = await begin(file, signal, progress);
    }
  }
}

async function begin(file: File, signal: AbortSignal, progress: Progress): Promise<Known> {
  const wanted = { name: file.name, size: file.size, type: file.type };
  const none: Known = { id: "", partSize: 1, etags: [], fresh: true };
  const b = await persist(signal, progress, none, () => post<Begun>("/uploads", wanted, { signal }));
  const known: Known = { id: b.id, partSize: b.part_size, etags: new Array<string>(b.parts).fill(""), fresh: true };
  remember(file, known);
  return known;
}

async function sendParts(file: File, known: Known, signal: AbortSignal, progress: Progress): Promise<void> {
  progress(sentBytes(file, known), false);
  for (;;) {
    const missing = known.etags.flatMap((tag, i) => (tag === "" ? [i + 1] : [])).slice(0, urlsAtOnce);
    if (missing.length === 0) return;
    const { urls } = await persist(signal, progress, known, () =>
      post<{ urls: PartURL[] }>(`/uploads/${known.id}/parts`, { parts: missing }, { signal }),
    );
    for (const { part, url } of urls) {
      const from = (part - 1) * known.partSize;
      const blob = file.slice(from, from + known.partSize);
      const before = sentBytes(file, known);
      const tag = await persist(signal, progress, known, () =>
        put(url, blob, signal, (bytes) => progress(before + bytes, false)),
      ).catch((e: unknown) => {
        if (e instanceof Refused && e.status === 403) return ""; // the address is too old: a new one in the next round
        throw e;
      });
      if (tag === "") break;
      known.etags[part - 1] = tag;
      remember(file, known);
      progress(sentBytes(file, known), false);
    }
  }
}

// persist repeats a step for ever while the reason may pass: the line is cut,
// the server is busy.
async function persist<T>(signal: AbortSignal, progress: Progress, known: Known, step: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await step();
    } catch (e) {
      if (signal.aborted || (e instanceof Refused && !e.passing)) throw e;
      progress(known.etags.filter((t) => t !== "").length * known.partSize, true);
      await pause(backOff(attempt), signal);
    }
  }
}

// put sends one part; XMLHttpRequest, because fetch tells no progress.
function put(url: string, blob: Blob, signal: AbortSignal, sent: (bytes: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const x = new XMLHttpRequest();
    const abort = (): void => x.abort();
    signal.addEventListener("abort", abort);
    x.upload.onprogress = (e): void => sent(e.loaded);
    x.onload = (): void => {
      const tag = x.getResponseHeader("ETag") ?? "";
      if (x.status === 200 && tag !== "") resolve(tag);
      else reject(new Refused(x.status === 200 ? 500 : x.status, ""));
    };
    x.onerror = x.ontimeout = (): void => reject(new TypeError("network"));
    x.onabort = (): void => reject(new DOMException("", "AbortError"));
    x.onloadend = (): void => signal.removeEventListener("abort", abort);
    x.open("PUT", url);
    x.send(blob);
  });
}

function sentBytes(file: File, known: Known): number {
  return Math.min(file.size, known.etags.filter((t) => t !== "").length * known.partSize);
}
