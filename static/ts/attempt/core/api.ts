// The attempt calls over fetch. Every reply becomes one of a few outcomes; nothing throws.

import type { ChangeResult, SendOutcome } from "./outbox";
import { inOrder } from "./paper";
import { sebHeaders } from "./seb";
import type { PartReply, SoundPart } from "./speech";
import type { Change, HeartbeatReply, MyExam, PageEvent, Receipt, StartReply, TimeFacts } from "./types";

export type Outcome<T> =
  | { kind: "ok"; body: T; created: boolean }
  | { kind: "lease_lost"; body: Problem }
  | { kind: "conflict"; body: Problem }
  | { kind: "paused" }
  | { kind: "out_of_order"; lastSeq: number }
  | { kind: "closed"; body: Problem }
  | { kind: "login" }
  | { kind: "denied"; status: number; body: Problem }
  | { kind: "too_early"; retryAfterMs: number; body: Problem }
  | { kind: "busy"; retryAfterMs: number }
  | { kind: "offline" };

/** The exam asks for its access code, or the one that was sent does not fit. */
export function asksForCode(o: Outcome<unknown>): boolean {
  return o.kind === "denied" && /access_code(_wait)?$/.test(o.body.type ?? "");
}

export interface Problem extends TimeFacts {
  type?: string;
  title?: string;
  detail?: string;
  last_seq?: number;
  attempt_id?: string;
  opens_at?: string;
  receipt?: Receipt;
}

/** The server answers a save within 4 s or says "not confirmed"; what takes longer is a lost line. */
const replyLimitMs = 10000;
/** A part of a recording is some ten kilobytes: half a minute on the slowest line. */
const partLimitMs = 30000;

export class Api {
  attempt = "";
  lease: string | null = null;
  /** Called with each reply that carries the time left, and when its request was sent. */
  onTime: (t: TimeFacts, sentAt: number) => void = () => undefined;

  constructor(
    private readonly client: string,
    private readonly fetcher: typeof fetch = (input, init) => fetch(input, init),
    private readonly now: () => number = () => performance.now(),
  ) {}

  myExams(): Promise<Outcome<{ exams: MyExam[]; server_time?: string }>> {
    return this.call("GET", "/api/v1/me/exams");
  }

  start(exam: string, accessCode: string): Promise<Outcome<StartReply>> {
    return this.sheet("POST", `/api/v1/exams/${exam}/attempts`, accessCode ? { access_code: accessCode } : {});
  }

  read(attempt: string): Promise<Outcome<StartReply>> {
    return this.sheet("GET", `/api/v1/attempts/${attempt}`);
  }

  /** The sealed media of the paper that will be sat. */
  examMedia(exam: string): Promise<Outcome<{ blobs: { name: string }[] }>> {
    return this.call("GET", `/api/v1/exams/${exam}/media`);
  }

  takeOver(): Promise<Outcome<StartReply>> {
    return this.sheet("POST", this.path("/lease"), {});
  }

  heartbeat(events: PageEvent[]): Promise<Outcome<HeartbeatReply>> {
    return this.call("POST", this.path("/heartbeat"), { lease: this.lease, events });
  }

  /** Leaves the section for good; the answer is the sheet with the next one, also when it was left before. */
  finishSection(section: number): Promise<Outcome<StartReply>> {
    return this.sheet("POST", this.path(`/sections/${section}/finish`), { lease: this.lease });
  }

  submit(): Promise<Outcome<{ receipt: Receipt }>> {
    return this.call("POST", this.path("/submit"), { lease: this.lease });
  }

  /** One part of a spoken answer; its answer tells what the answer is with it. */
  savePart(p: SoundPart): Promise<Outcome<PartReply>> {
    const { slot, sound, at: _, ...rest } = p;
    return this.call("POST", this.path(`/recordings/${slot}`), { lease: this.lease, ...rest, sound: base64(sound) }, partLimitMs);
  }

  /**
   * Logs in as the log-in page does, which sets the browser's cookie: a redirect means
   * yes, the page again means no. The redirect is not followed, so nothing navigates.
   */
  async logIn(login: string, password: string): Promise<"ok" | "wrong" | "unreachable"> {
    const body = new URLSearchParams({ login, password });
    try {
      const reply = await this.fetcher("/login", { method: "POST", body, redirect: "manual", cache: "no-store" });
      if (reply.type === "opaqueredirect" || reply.redirected) return "ok";
      return reply.status >= 500 ? "unreachable" : "wrong";
    } catch {
      return "unreachable";
    }
  }

  /** One batch of changes, in the outbox's words. */
  async save(changes: Change[]): Promise<SendOutcome> {
    const body = { lease: this.lease, changes };
    const o = await this.call<{ results?: RawResult[]; last_seq?: number; news?: number }>("POST", this.path("/responses"), body);
    switch (o.kind) {
      case "ok":
        return {
          kind: "results",
          results: (o.body.results ?? []).map((r) => changeResult(r, o.body.last_seq ?? 0)),
          news: o.body.news ?? 0,
        };
      case "denied":
        if (o.status === 403 || o.status === 404) return { kind: "login" };
        return o.body.type ? { kind: "refused" } : { kind: "busy", retryAfterMs: 0 };
      case "conflict":
        return { kind: /section_(left|ahead)$/.test(o.body.type ?? "") ? "section" : "lease_lost" };
      case "lease_lost":
      case "closed":
        return { kind: o.kind };
      case "too_early":
        return { kind: "busy", retryAfterMs: o.retryAfterMs };
      default:
        return o;
    }
  }

  /** The parting request of a page that is being hidden: keepalive, outcome unknown. */
  part(changes: Change[]): void {
    const init = this.init("POST", { lease: this.lease, changes });
    void this.fetcher(this.path("/responses"), { ...init, keepalive: true }).catch(() => undefined);
  }

  /** The evidence of a page that is being closed, in the same way; it does not wait to be brought back. */
  partNote(events: PageEvent[]): void {
    const init = this.init("POST", { lease: this.lease, events });
    void this.fetcher(this.path("/heartbeat"), { ...init, keepalive: true }).catch(() => undefined);
  }

  private path(rest: string): string {
    return `/api/v1/attempts/${this.attempt}${rest}`;
  }

  private init(method: string, body?: unknown): RequestInit {
    const headers: Record<string, string> = { Accept: "application/json", "Client-Id": this.client, ...sebHeaders() };
    if (body === undefined) return { method, headers, cache: "no-store" };
    headers["Content-Type"] = "application/json";
    return { method, headers, body: JSON.stringify(body), cache: "no-store" };
  }

  /** A call that is answered with the attempt and its paper. */
  private async sheet(method: string, path: string, body?: unknown): Promise<Outcome<StartReply>> {
    const o = await this.call<StartReply>(method, path + "?paper=shared", body);
    return o.kind === "ok" ? { ...o, body: { ...o.body, paper: inOrder(o.body.paper) } } : o;
  }

  private async call<T>(method: string, path: string, body?: unknown, limitMs = replyLimitMs): Promise<Outcome<T>> {
    const sentAt = this.now();
    const abort = new AbortController();
    const limit = setTimeout(() => abort.abort(), limitMs);
    try {
      const reply = await this.fetcher(path, { ...this.init(method, body), signal: abort.signal });
      const facts = await readJSON(reply);
      if (typeof facts.remaining_ms === "number") this.onTime(facts, sentAt);
      return outcome<T>(reply, facts);
    } catch {
      return { kind: "offline" };
    } finally {
      clearTimeout(limit);
    }
  }
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

async function readJSON(reply: Response): Promise<Problem> {
  const text = await reply.text();
  try {
    return (JSON.parse(text) ?? {}) as Problem;
  } catch {
    // A proxy's error page, or a reply cut short: 2xx without its body confirms nothing.
    if (reply.ok && reply.status !== 204) throw new Error("reply is not JSON");
    return {};
  }
}

function outcome<T>(reply: Response, facts: Problem): Outcome<T> {
  if (reply.ok) return { kind: "ok", body: facts as unknown as T, created: reply.status === 201 };
  const retryAfterMs = 1000 * (Number(reply.headers.get("Retry-After")) || 0);
  switch (reply.status) {
    case 401:
      return { kind: "login" };
    case 409:
      return conflict(facts);
    case 410:
      return { kind: "closed", body: facts };
    case 425:
      return { kind: "too_early", retryAfterMs, body: facts };
    case 429:
      // A mistyped access code is told; any other haste is a busy server.
      if (facts.type?.endsWith("access_code_wait")) return { kind: "denied", status: 429, body: facts };
      return { kind: "busy", retryAfterMs };
    case 403:
    case 404:
    case 422:
      return { kind: "denied", status: reply.status, body: facts };
    case 413:
      // In the house's own words the body will never do; in a proxy's, the next try may. A body that is not understood at all (400) is
      // no fault of an answer: it is kept, and sent again.
      return facts.type ? { kind: "denied", status: reply.status, body: facts } : { kind: "busy", retryAfterMs };
    default:
      return { kind: "busy", retryAfterMs };
  }
}

function conflict<T>(p: Problem): Outcome<T> {
  const type = p.type ?? "";
  if (type.endsWith("out_of_order") || type.endsWith("out-of-order")) {
    return { kind: "out_of_order", lastSeq: p.last_seq ?? 0 };
  }
  if (type.endsWith("paused")) return { kind: "paused" };
  return type.includes("lease") ? { kind: "lease_lost", body: p } : { kind: "conflict", body: p };
}

interface RawResult {
  slot: number;
  client_seq: number;
  /** As a body of its own would have been answered; code says the same in a word. */
  status: number;
  code: string;
  saved_at?: string;
  last_seq?: number;
}

function changeResult(r: RawResult, lastSeq: number): ChangeResult {
  const { slot, client_seq } = r;
  switch (r.code) {
    case "saved":
      return { slot, client_seq, status: "saved", savedAt: r.saved_at ?? new Date(0).toISOString() };
    case "invalid":
      return { slot, client_seq, status: "invalid" };
    case "section_left":
    case "section_ahead":
      return { slot, client_seq, status: "section" };
    case "paused":
      return { slot, client_seq, status: "paused" };
    case "late":
    case "closed":
      return { slot, client_seq, status: "closed" };
    case "lost_lease":
      return { slot, client_seq, status: "lost_lease" };
    case "not_found": // somebody else logged in
      return { slot, client_seq, status: "not_mine" };
    default:
      return { slot, client_seq, status: "out_of_order", lastSeq: r.last_seq ?? lastSeq };
  }
}
