import type { Entry } from "./journal";
import { hmac } from "./sha256";

/**
 * 交卷码: the unsent answers as text that an invigilator can take in as evidence when the
 * end comes without a line. "PK1.<attempt>.<answers>.<signature>": answers are
 * base64url(JSON [[slot, client_seq, response]…]), the signature the first 16 bytes of
 * HMAC-SHA256 over all before its dot, keyed with the lease that only this tab and the
 * server know.
 */
export function handInCode(attempt: string, lease: string, unsent: Entry[]): string {
  const bytes = new TextEncoder();
  const answers = JSON.stringify(unsent.map((e) => [e.slot, e.seq ?? 0, e.response]));
  const signed = ["PK1", attempt, base64url(bytes.encode(answers))].join(".");
  const signature = hmac(bytes.encode(lease), bytes.encode(signed)).slice(0, 16);
  return signed + "." + base64url(signature);
}

function base64url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (b) => String.fromCharCode(b)).join("");
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
