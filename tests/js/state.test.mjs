import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { decodeHash, encodeHash, LINK_LETTERS_MAX, LinkError, LinkTooLongError, SEMANTICS, TEXT_BYTES_MAX } from "../../www/state.js";
import { sharedOf, setupOf } from "../../www/setup.js";
import { createPrng } from "./prng.mjs";

const GOLDEN = JSON.parse(readFileSync(new URL("golden-links.json", import.meta.url), "utf8"));

for (const { name, hash, shared } of GOLDEN) {
  test(`golden link: ${name}`, async () => {
    assert.deepEqual(await decodeHash(hash), shared);
  });
}

test("what a link is made of today says the version of the engine's rules, and opens as it was", async () => {
  const names = ["constructor", "__proto__", "hasOwnProperty"];
  const setup = { source: "a", example: null, isEdited: false, seed: 3, knobs: Object.fromEntries(names.map((name, at) => [name, at])), speedNsPerS: null };
  const shared = sharedOf(setup, 0);
  assert.equal(shared.semantics, SEMANTICS);
  const opened = await decodeHash(await encodeHash(shared));
  assert.ok(opened);
  assert.deepEqual(Object.entries(setupOf(opened, "a").knobs), names.map((name, at) => [name, at]), "a knob was lost on the way");
});

test("an empty hash is no link", async () => {
  assert.equal(await decodeHash(""), null);
  assert.equal(await decodeHash("#"), null);
});

test("what is encoded is decoded, whatever the text", async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = createPrng(seed);
    const text = Array.from({ length: Math.floor(random() * 400) }, () => String.fromCodePoint(1 + Math.floor(random() * 0x2fff))).join("");
    const shared = { language: 1, text, knobs: { rate: random() * 1e9 }, seed: Math.floor(random() * 2 ** 32), timeNs: Math.floor(random() * 2 ** 53) };
    const hash = await encodeHash(shared);
    assert.match(hash, /^1[\w-]+$/, `seed ${seed}`);
    assert.deepEqual(await decodeHash(`#${hash}`), shared, `seed ${seed}`);
  }
});

test("a link that was cut or changed is one sentence, never a crash", async () => {
  const hash = await encodeHash({ language: 1, text: "channel ch capacity 3\nprocess p { forever { sleep 1s } }" });
  for (const broken of [hash.slice(0, -5), "1", "1!!!", `1${hash}`, "x", "1e30", hash.replace(/.{6}$/, "AAAAAA")]) {
    await assert.rejects(decodeHash(broken), (error) => error instanceof LinkError && /\.$/.test(error.message), broken);
  }
});

test("links from the future say so", async () => {
  await assert.rejects(decodeHash("#2abc"), /newer version/);
  await assert.rejects(decodeHash(await encodeHash({ language: 99, text: "" })), /version 99/);
});

/** @param {number} bytes @param {() => string} letter A text of so many bytes of UTF-8. */
const textOf = (bytes, letter) => {
  /** @type {string[]} */
  const letters = [];
  for (let left = bytes; left > 0;) {
    const next = letter();
    const long = new TextEncoder().encode(next).length;
    letters.push(long <= left ? next : "x");
    left -= long <= left ? long : 1;
  }
  return letters.join("");
};

const random = createPrng(13);
/** @type {ReadonlyArray<readonly [string, () => string]>} */
const LARGEST = [
  ["one letter", () => "a"],
  ["what JSON writes in six letters each", () => "\u0001"],
  ["what JSON writes in two letters each", () => '"'],
  ["letters of four bytes", () => "\u{1f30a}"],
  ["sixteen letters by chance", () => "0123456789abcdef"[Math.floor(random() * 16)] ?? ""],
];
for (const [name, letter] of LARGEST) {
  test(`the largest text that the engine takes has a link that opens: ${name}`, async () => {
    const shared = { language: 1, text: textOf(TEXT_BYTES_MAX, letter) };
    const hash = await encodeHash(shared);
    assert.ok(hash.length <= LINK_LETTERS_MAX);
    assert.equal((await decodeHash(hash))?.text === shared.text, true, "it opens as another text");
  });
}

test("as many knobs as a text may declare, with the longest names, have a link that opens", async () => {
  const knobs = Object.fromEntries(Array.from({ length: 65_535 }, (_, at) => [`knob_number_${at}`, -Math.PI * 1e-300]));
  const shared = { language: 1, text: "\u0001".repeat(TEXT_BYTES_MAX), knobs };
  assert.deepEqual(Object.keys((await decodeHash(await encodeHash(shared)))?.knobs ?? {}).length, 65_535);
});

test("a text that no packing makes short enough for browsers is refused, with the figures, and is not lost", async () => {
  const text = textOf(TEXT_BYTES_MAX, () => String.fromCodePoint(33 + Math.floor(random() * 94)));
  await assert.rejects(encodeHash({ language: 1, text }), (error) => {
    assert.ok(error instanceof LinkTooLongError);
    assert.match(error.message.replaceAll("\u202f", " "), /^The text is too large for a link: packed it has 1 \d{3} \d{3} letters, and not every browser opens more than 1 000 000\.$/);
    return true;
  });
});

test("a link that would unpack to far too much is refused, and so is a text that no engine takes", async () => {
  const bomb = deflateRawSync(Buffer.alloc(2 ** 26, "a")).toString("base64url");
  await assert.rejects(decodeHash(`1${bomb}`), /more than a scenario/);
  await assert.rejects(decodeHash(await encodeHash({ language: 1, text: "a".repeat(TEXT_BYTES_MAX + 1) })), /larger than a scenario may be/);
  const knobs = Object.fromEntries(Array.from({ length: 65_536 }, (_, at) => [`k${at}`, 1]));
  await assert.rejects(decodeHash(await encodeHash({ language: 1, text: "", knobs })), LinkError);
});

test("a well-packed link of the wrong shape is refused", async () => {
  // @ts-expect-error The point of the test.
  await assert.rejects(decodeHash(await encodeHash({ language: 1, knobs: { rate: "100" }, text: "" })), LinkError);
  await assert.rejects(decodeHash(await encodeHash({ language: 1 })), LinkError);
  // @ts-expect-error The same.
  await assert.rejects(decodeHash(await encodeHash({ language: 1, text: "", tour: 3 })), LinkError);
});
