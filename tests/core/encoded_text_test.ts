import assert from "node:assert/strict";
import { readText } from "../../src/core/text/encoded_text.ts";

const ENV = "# 설정\nDB_PASSWORD=secret\r\n🔑";

function utf16(text: string, isLittle: boolean): Uint8Array {
  const codes = Array.from({ length: text.length }, (_none, at) => text.charCodeAt(at));
  return Uint8Array.from(
    codes.flatMap((code) => isLittle ? [code & 255, code >> 8] : [code >> 8, code & 255]),
  );
}

const TEXTS: readonly (readonly [name: string, bytes: Uint8Array, text: string | undefined])[] = [
  ["UTF-8", new TextEncoder().encode(ENV), ENV],
  ["UTF-8 with a mark", new TextEncoder().encode(`\ufeff${ENV}`), `\ufeff${ENV}`],
  ["UTF-16, little end first", utf16(`\ufeff${ENV}`, true), `\ufeff${ENV}`],
  ["UTF-16, big end first", utf16(`\ufeff${ENV}`, false), `\ufeff${ENV}`],
  ["EUC-KR", Uint8Array.of(0x23, 0xbc, 0xb3, 0xc1, 0xa4, 0x0a, 0x41), "#\xbc\xb3\xc1\xa4\nA"],
  ["a picture", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x00, 0x1a), undefined],
  ["nothing", new Uint8Array(), ""],
];

for (const [name, bytes, text] of TEXTS) {
  Deno.test(`readText() reads ${name}, and writes it as it was`, () => {
    const read = readText(bytes);
    assert.equal(read?.text, text);
    if (read !== undefined) assert.deepEqual([...read.encode(read.text)], [...bytes]);
  });
}

Deno.test("readText() writes what an encoding has no sign for as an asterisk", () => {
  const read = readText(Uint8Array.of(0xbc, 0x3d, 0x61, 0x62));
  assert.deepEqual([...read?.encode("\xbc=••") ?? []], [0xbc, 0x3d, 0x2a, 0x2a]);
});
