import assert from "node:assert/strict";
import { redactContents } from "../../src/core/redaction/file_contents.ts";
import { createRedactor } from "../../src/core/redaction/redact.ts";

const { forPeople } = createRedactor({ secrets: ["known-secret"] });
const PATH = "app/.env";

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let at = 0; at < text.length; at++) {
    view.setUint16(at * 2, text.charCodeAt(at), littleEndian);
  }
  return new Uint8Array(view.buffer);
}

function masked(bytes: Uint8Array): Uint8Array {
  const shown = redactContents(bytes, PATH, forPeople);
  assert.deepEqual(shown.names, ["DB_PASSWORD"]);
  return shown.bytes;
}

Deno.test("redactContents masks variables and known secrets", () => {
  const bytes = new TextEncoder().encode("DB_PASSWORD=pw\nX=known-secret 한글");
  assert.equal(
    new TextDecoder().decode(masked(bytes)),
    "DB_PASSWORD=••\nX=•••••••••••• 한글",
  );
});

for (const littleEndian of [true, false]) {
  Deno.test(`redactContents masks UTF-16, little endian: ${littleEndian}`, () => {
    assert.deepEqual(
      masked(utf16("\ufeffDB_PASSWORD=pw\r\nNAME=한글", littleEndian)),
      utf16("\ufeffDB_PASSWORD=••\r\nNAME=한글", littleEndian),
    );
  });
}

Deno.test("redactContents masks the encodings of one language, and keeps their bytes", () => {
  const korean = [0xc7, 0xd1, 0xb1, 0xdb];
  const line = (password: string) => new TextEncoder().encode(`\nDB_PASSWORD=${password}\n`);
  assert.deepEqual(
    masked(Uint8Array.from([...korean, ...line("pw"), ...korean])),
    Uint8Array.from([...korean, ...line("**"), ...korean]),
  );
});

Deno.test("redactContents gives back what is no text, and what holds no secret, as it is", () => {
  const picture = Uint8Array.from([0x89, 0x50, 0, ...new TextEncoder().encode("DB_PASSWORD=pw")]);
  const harmless = new TextEncoder().encode("PORT=80");
  for (const bytes of [picture, harmless]) {
    const shown = redactContents(bytes, PATH, forPeople);
    assert.equal(shown.bytes, bytes);
    assert.deepEqual(shown.names, []);
  }
});

Deno.test("redactContents takes a large file in little time", () => {
  const line = `const a = { b: "c", d: e.f(g, "h") }; // -----BEGIN X ${"-p -u --i ".repeat(5)}\n`;
  const bytes = new TextEncoder().encode(line.repeat(40_000));
  const start = performance.now();
  redactContents(bytes, "a.ts", forPeople);
  assert.ok(performance.now() - start < 10_000);
});
