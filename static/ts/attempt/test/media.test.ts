import assert from "node:assert/strict";
import { createCipheriv, randomBytes } from "node:crypto";
import test from "node:test";
import { openPlain } from "../core/aes_gcm";
import { keyOf, SealedMedia } from "../core/media";

const hex = (s: string) => Uint8Array.from(s.match(/../g) ?? [], (b) => parseInt(b, 16));
const text = (b: Uint8Array | null) => (b === null ? null : Array.from(b, (x) => x.toString(16).padStart(2, "0")).join(""));

function sealed(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Uint8Array {
  const c = createCipheriv("aes-256-gcm", key, nonce);
  return Uint8Array.from([...nonce, ...c.update(plain), ...c.final(), ...c.getAuthTag()]);
}

// The vectors of McGrew and Viega's "The Galois/Counter Mode of Operation", test cases 13 to 15: key, nonce, plain, cipher, tag.
const vectors = [
  ["00".repeat(32), "00".repeat(12), "", "", "530f8afbc74536b9a963b4f1c4cb738b"],
  ["00".repeat(32), "00".repeat(12), "00".repeat(16), "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"],
  [
    "feffe9928665731c6d6a8f9467308308".repeat(2),
    "cafebabefacedbaddecaf888",
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
    "b094dac5d93471bdec1a502270e3cc6c",
  ],
];

test("published vectors", () => {
  for (const [key, nonce, plain, cipher, tag] of vectors) {
    assert.equal(text(openPlain(hex(key!), hex(nonce! + cipher! + tag!))), plain);
  }
});

test("every length opens as node seals it", () => {
  for (let n = 0; n < 100; n++) {
    const [key, nonce, plain] = [randomBytes(32), randomBytes(12), randomBytes(n * 7)];
    assert.equal(text(openPlain(key, sealed(key, nonce, plain))), text(plain));
  }
});

test("a changed byte, a short blob or another key opens nothing", () => {
  const [key, nonce, plain] = [randomBytes(32), randomBytes(12), randomBytes(50)];
  const good = sealed(key, nonce, plain);
  for (let i = 0; i < good.length; i++) {
    const bad = Uint8Array.from(good);
    bad[i]! ^= 1;
    assert.equal(openPlain(key, bad), null, `byte ${i}`);
  }
  assert.equal(openPlain(randomBytes(32), good), null);
  assert.equal(openPlain(key, good.subarray(0, 27)), null);
  assert.equal(openPlain(key.subarray(0, 16), good), null);
});

test("a picture of a megabyte opens in a moment", () => {
  const [key, nonce, plain] = [randomBytes(32), randomBytes(12), randomBytes(1 << 20)];
  const blob = sealed(key, nonce, plain);
  const begin = performance.now();
  const out = openPlain(key, blob);
  const took = performance.now() - begin;
  assert.equal(text(out), text(plain));
  assert.ok(took < 3000, `${took} ms for 1 MiB`);
});

const later = () => new Promise<void>((done) => setTimeout(done, 0));

test("what fails is tried again; who waits for the first tries is not kept by it", async () => {
  const key = randomBytes(32);
  const blob = sealed(key, randomBytes(12), Uint8Array.from([1, 2, 3]));
  let away = true;
  const asked: string[] = [];
  const fetcher = async (name: string) => {
    asked.push(name);
    return name === "b" && away ? null : blob;
  };
  const media = new SealedMedia(fetcher, later);
  let told = 0;
  media.changed = () => told++;
  void media.load("a");
  void media.load("b");
  void media.load("a"); // once
  await media.settled();
  assert.deepEqual(media.progress(), { done: 1, total: 2 });
  assert.equal(asked.filter((n) => n === "a").length, 1);
  away = false;
  assert.equal(text(await media.open("b", key)), "010203");
  assert.deepEqual(media.progress(), { done: 2, total: 2 });
  assert.ok(told >= 4);
  assert.equal(await media.open("a", randomBytes(32)), null);
  assert.equal(text(keyOf("AQID")), "010203");
});

test("without the browser's cipher it opens in plain code", async () => {
  const key = randomBytes(32);
  const blob = sealed(key, randomBytes(12), Uint8Array.from([4, 5]));
  const media = new SealedMedia(async () => blob, later);
  const own = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
  try {
    assert.equal(text(await media.open("a", key)), "0405");
    assert.equal(await media.open("a", randomBytes(32)), null);
  } finally {
    if (own) Object.defineProperty(globalThis, "crypto", own);
  }
});
