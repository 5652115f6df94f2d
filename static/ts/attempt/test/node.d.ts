// The little of Node that these tests use, so that the type check needs no package for it.

declare module "node:test" {
  export default function test(name: string, run: () => void | Promise<void>): void;
}

declare module "node:assert/strict" {
  interface Assert {
    ok(value: unknown, message?: string): void;
    equal(actual: unknown, expected: unknown, message?: string): void;
    notEqual(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
  }
  const assert: Assert;
  export default assert;
}

declare module "node:crypto" {
  interface Hmac {
    update(data: string | Uint8Array): Hmac;
    digest(): Bytes;
  }
  interface Cipher {
    update(data: Uint8Array): Bytes;
    final(): Bytes;
    getAuthTag(): Bytes;
  }
  export function createHmac(algorithm: "sha256", key: string | Uint8Array): Hmac;
  export function createCipheriv(algorithm: "aes-256-gcm", key: Uint8Array, nonce: Uint8Array): Cipher;
  export function randomBytes(size: number): Bytes;
}

interface Bytes extends Uint8Array {
  subarray(begin?: number, end?: number): Bytes;
  toString(encoding?: "base64url"): string;
}

declare const Buffer: {
  from(text: string, encoding: "base64url"): Bytes;
  from(bytes: Uint8Array): Bytes;
};
