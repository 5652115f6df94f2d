// AES-256-GCM in plain code, to open the paper's media: crypto.subtle exists in secure contexts only, and a clinic's page on its
// own network may be served without one. Only decryption, only 12-byte nonces and 16-byte tags. Tables of the key's multiples
// make it fast enough for some megabytes; nothing secret is decided by its timing, since the key is the reader's own.

const tagBytes = 16;
const nonceBytes = 12;

/** Nonce, ciphertext and tag, as the server seals them; null where they were changed or the key is another. */
export function openPlain(key: Uint8Array, sealed: Uint8Array): Uint8Array | null {
  if (sealed.length < nonceBytes + tagBytes || key.length !== 32) return null;
  const round = expand(key);
  const nonce = sealed.subarray(0, nonceBytes);
  const text = sealed.subarray(nonceBytes, sealed.length - tagBytes);
  const counter = new DataView(new ArrayBuffer(16));
  nonce.forEach((b, i) => counter.setUint8(i, b));
  counter.setUint32(12, 1);
  const first = encrypt(round, words(counter));
  const tag = ghash(encrypt(round, [0, 0, 0, 0]), text);
  const given = new DataView(sealed.buffer, sealed.byteOffset + sealed.length - tagBytes, tagBytes);
  let wrong = 0;
  for (let i = 0; i < 4; i++) wrong |= (tag[i]! ^ first[i]!) ^ given.getInt32(i * 4);
  if (wrong !== 0) return null;
  return counted(round, counter, text);
}

/** Counter mode, from the second block on. */
function counted(round: Int32Array, counter: DataView, text: Uint8Array): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let at = 0, n = 2; at < text.length; at += 16, n++) {
    counter.setUint32(12, n);
    const stream = encrypt(round, words(counter));
    for (let i = 0; i < 16 && at + i < text.length; i++) out[at + i] = text[at + i]! ^ (stream[i >> 2]! >>> (24 - 8 * (i & 3)));
  }
  return out;
}

function words(v: DataView): number[] {
  return [v.getInt32(0), v.getInt32(4), v.getInt32(8), v.getInt32(12)];
}

// AES: one table of the column's mix, the others are its rotations.

const sbox = substitution();
const table = Int32Array.from(sbox, (s) => (mul2(s) << 24) | (s << 16) | (s << 8) | (mul2(s) ^ s));

function mul2(a: number): number {
  return ((a << 1) ^ (a & 0x80 ? 0x11b : 0)) & 0xff;
}

function substitution(): Uint8Array {
  const box = new Uint8Array(256);
  let p = 1;
  let q = 1;
  do {
    p = p ^ mul2(p); // × 3, a generator
    q ^= q << 1; // ÷ 3
    q ^= q << 2;
    q ^= q << 4;
    q &= 0xff;
    if (q & 0x80) q ^= 0x09;
    const rotated = (n: number) => ((q << n) | (q >> (8 - n))) & 0xff;
    box[p] = q ^ rotated(1) ^ rotated(2) ^ rotated(3) ^ rotated(4) ^ 0x63;
  } while (p !== 1);
  box[0] = 0x63;
  return box;
}

function subWord(w: number): number {
  return (sbox[w >>> 24]! << 24) | (sbox[(w >>> 16) & 255]! << 16) | (sbox[(w >>> 8) & 255]! << 8) | sbox[w & 255]!;
}

const rounds = 14;

function expand(key: Uint8Array): Int32Array {
  const w = new Int32Array(4 * (rounds + 1));
  const v = new DataView(key.buffer, key.byteOffset, 32);
  for (let i = 0; i < 8; i++) w[i] = v.getInt32(i * 4);
  for (let i = 8, rcon = 1; i < w.length; i++) {
    let t = w[i - 1]!;
    if (i % 8 === 0) {
      t = subWord((t << 8) | (t >>> 24)) ^ (rcon << 24);
      rcon = mul2(rcon);
    } else if (i % 8 === 4) t = subWord(t);
    w[i] = w[i - 8]! ^ t;
  }
  return w;
}

function encrypt(round: Int32Array, block: number[]): number[] {
  let [a, b, c, d] = block.map((w, i) => w ^ round[i]!) as [number, number, number, number];
  const mix = (p: number, q: number, r: number, s: number, k: number) =>
    table[p >>> 24]! ^ rotate(table[(q >>> 16) & 255]!, 8) ^ rotate(table[(r >>> 8) & 255]!, 16) ^ rotate(table[s & 255]!, 24) ^ round[k]!;
  for (let k = 4; k < 4 * rounds; k += 4) {
    const [w, x, y, z] = [mix(a, b, c, d, k), mix(b, c, d, a, k + 1), mix(c, d, a, b, k + 2), mix(d, a, b, c, k + 3)];
    [a, b, c, d] = [w, x, y, z];
  }
  const last = (p: number, q: number, r: number, s: number, k: number) =>
    ((sbox[p >>> 24]! << 24) | (sbox[(q >>> 16) & 255]! << 16) | (sbox[(r >>> 8) & 255]! << 8) | sbox[s & 255]!) ^ round[4 * rounds + k]!;
  return [last(a, b, c, d, 0), last(b, c, d, a, 1), last(c, d, a, b, 2), last(d, a, b, c, 3)];
}

function rotate(w: number, bits: number): number {
  return (w >>> bits) | (w << (32 - bits));
}

// GHASH, four bits at a time: rows[i] is i × the hash key, where the highest bit of i is the lowest power.

function ghash(h: number[], text: Uint8Array): number[] {
  const rows = multiples(h);
  let y = [0, 0, 0, 0];
  const padded = new DataView(new ArrayBuffer(16));
  for (let at = 0; at < text.length; at += 16) {
    for (let i = 0; i < 16; i++) padded.setUint8(i, text[at + i] ?? 0);
    y = times(rows, words(padded).map((w, i) => w ^ y[i]!));
  }
  const bits = text.length * 8;
  const length = [0, 0, Math.floor(bits / 2 ** 32), bits | 0];
  return times(rows, length.map((w, i) => w ^ y[i]!));
}

function multiples(h: number[]): number[][] {
  const rows: number[][] = Array.from({ length: 16 }, () => [0, 0, 0, 0]);
  rows[8] = h;
  for (const i of [4, 2, 1]) rows[i] = shifted(rows[2 * i]!);
  for (let i = 2; i < 16; i++) {
    const top = 1 << (31 - Math.clz32(i));
    if (i !== top) rows[i] = rows[top]!.map((w, k) => w ^ rows[i - top]![k]!);
  }
  return rows;
}

/** × x, reduced. */
function shifted(v: number[]): number[] {
  const [a, b, c, d] = v as [number, number, number, number];
  return [(a >>> 1) ^ (d & 1 ? 0xe1000000 : 0), (b >>> 1) | (a << 31), (c >>> 1) | (b << 31), (d >>> 1) | (c << 31)];
}

/** What the four bits that a shift pushes out come back as. */
const reduced = Array.from({ length: 16 }, (_, low) => {
  let v = [0, 0, 0, low];
  for (let i = 0; i < 4; i++) v = shifted(v);
  return v[0]!;
});

function times(rows: number[][], x: number[]): number[] {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let at = 31; at >= 0; at--) {
    const out = d & 15;
    d = (d >>> 4) | (c << 28);
    c = (c >>> 4) | (b << 28);
    b = (b >>> 4) | (a << 28);
    a = (a >>> 4) ^ reduced[out]!;
    const row = rows[(x[at >> 3]! >>> (28 - 4 * (at & 7))) & 15]!;
    a ^= row[0]!;
    b ^= row[1]!;
    c ^= row[2]!;
    d ^= row[3]!;
  }
  return [a, b, c, d];
}
