import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decodeHash, encodeHash, LinkError } from "../../www/state.js";
import { createPrng } from "./prng.mjs";

const GOLDEN = JSON.parse(readFileSync(new URL("golden-links.json", import.meta.url), "utf8"));

for (const { name, hash, shared } of GOLDEN) {
  test(`golden link: ${name}`, async () => {
    assert.deepEqual(await decodeHash(hash), shared);
  });
}

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

test("a link that would unpack to far too much is refused", async () => {
  await assert.rejects(decodeHash(await encodeHash({ language: 1, text: "a".repeat(2 ** 21) })), /more than a scenario/);
});

test("a well-packed link of the wrong shape is refused", async () => {
  // @ts-expect-error The point of the test.
  await assert.rejects(decodeHash(await encodeHash({ language: 1, knobs: { rate: "100" }, text: "" })), LinkError);
  await assert.rejects(decodeHash(await encodeHash({ language: 1 })), LinkError);
  // @ts-expect-error The same.
  await assert.rejects(decodeHash(await encodeHash({ language: 1, text: "", tour: 3 })), LinkError);
});
