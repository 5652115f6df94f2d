// SHA-256 and HMAC in plain code: crypto.subtle exists in secure contexts only, and a
// clinic's page on its own network may be served without one.

const k = constants();

export function sha256(message: Uint8Array): Uint8Array {
  const padded = pad(message);
  const h = initial();
  const w = new Uint32Array(64);
  const view = new DataView(padded.buffer);
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + i * 4);
    for (let i = 16; i < 64; i++) w[i] = schedule(w, i);
    compress(h, w);
  }
  const out = new DataView(new ArrayBuffer(32));
  h.forEach((v, i) => out.setUint32(i * 4, v));
  return new Uint8Array(out.buffer);
}

export function hmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sha256(key) : key);
  const inner = sha256(join(block.map((b) => b ^ 0x36), message));
  return sha256(join(block.map((b) => b ^ 0x5c), inner));
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function pad(m: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((m.length + 9) / 64) * 64);
  padded.set(m);
  padded[m.length] = 0x80;
  new DataView(padded.buffer).setUint32(padded.length - 4, m.length * 8);
  return padded;
}

const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

function schedule(w: Uint32Array, i: number): number {
  const a = w[i - 15]!;
  const b = w[i - 2]!;
  const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
  const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
  return (w[i - 16]! + s0 + w[i - 7]! + s1) >>> 0;
}

function compress(state: Uint32Array, w: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + k[i]! + w[i]!) >>> 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) >>> 0, c, b, a, (t1 + t2) >>> 0];
  }
  [a, b, c, d, e, f, g, h].forEach((v, i) => (state[i] = state[i]! + v));
}

/** FIPS 180-4: fractional bits of the square roots of the first 8 primes. */
function initial(): Uint32Array {
  return Uint32Array.from(primes(8), (p) => fraction(Math.sqrt(p)));
}

/** FIPS 180-4: fractional bits of the cube roots of the first 64 primes. */
function constants(): Uint32Array {
  return Uint32Array.from(primes(64), (p) => fraction(Math.cbrt(p)));
}

function fraction(x: number): number {
  return Math.floor((x - Math.floor(x)) * 2 ** 32);
}

function primes(n: number): number[] {
  const found: number[] = [];
  for (let c = 2; found.length < n; c++) if (found.every((p) => c % p !== 0)) found.push(c);
  return found;
}
