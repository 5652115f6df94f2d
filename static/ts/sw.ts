// The service worker of running attempts, where a browser has one (never in WeChat and WeCom on iOS; nothing may need it). It
// keeps the shell of an attempt with the very script and style that the shell names, so that a reload without a line opens the
// paper, and an upgrade of the server in mid-exam never mixes two builds. It keeps no answer of any call: questions and answers
// are the page's own to keep.

import { assetsOf, isShell, shellPath } from "./sw/shell";

interface LifeEvent {
  waitUntil(done: Promise<unknown>): void;
}
interface FetchEvent {
  readonly request: Request;
  respondWith(reply: Promise<Response>): void;
}
interface Wish extends LifeEvent {
  /** keep: the address of the attempt that is sat; forget: of the one that is handed in. */
  readonly data: { keep?: string; forget?: string };
}
interface Worker {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(name: "install" | "activate", run: (e: LifeEvent) => void): void;
  addEventListener(name: "fetch", run: (e: FetchEvent) => void): void;
  addEventListener(name: "message", run: (e: Wish) => void): void;
}

const worker = self as unknown as Worker;
/** A line that says nothing for so long is taken for none. */
const patienceMs = 4000;
const cacheOf = (path: string) => "peikao" + path;

worker.addEventListener("install", (e) => e.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (e) => e.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (e) => {
  if (e.data.keep) e.waitUntil(keep(e.data.keep));
  if (e.data.forget) e.waitUntil(caches.delete(cacheOf(e.data.forget)));
});
worker.addEventListener("fetch", (e) => {
  const { pathname } = new URL(e.request.url);
  if (e.request.method !== "GET") return;
  if (e.request.mode === "navigate" && shellPath(pathname)) e.respondWith(shell(e.request, pathname));
  else if (pathname.startsWith("/static/")) e.respondWith(asset(e.request));
});

/** The line's answer while there is one; else what is kept. Any answer of the server counts, also "log in again". */
async function shell(request: Request, path: string): Promise<Response> {
  const kept = await (await caches.open(cacheOf(path))).match(path);
  if (!kept) return fetch(request);
  const line = fetch(request).then((reply) => (reply.status >= 500 ? kept : reply));
  const late = new Promise<Response>((done) => setTimeout(() => done(kept), patienceMs));
  return Promise.race([line.catch(() => kept), late]);
}

/** Assets carry the hash of their content in their name: what is kept is what was asked for. */
async function asset(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** Keeps a shell once all that it names is there, the shell itself last: half a build is never found. */
async function keep(path: string): Promise<void> {
  const reply = await fetch(path);
  const text = await reply.clone().text();
  if (!shellPath(path) || reply.redirected || !isShell(reply.status, text)) return;
  const cache = await caches.open(cacheOf(path));
  await cache.addAll(assetsOf(text));
  await cache.put(path, reply);
}
