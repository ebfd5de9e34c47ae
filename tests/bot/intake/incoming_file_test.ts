import assert from "node:assert/strict";
import { type IncomingFile, incomingFile } from "../../../src/bot/intake/incoming_file.ts";
import { wireUpdate } from "../../../src/bot/wire.ts";

function fileOf(fields: Record<string, unknown>): IncomingFile | undefined {
  const message = { message_id: 5, chat: { id: 1, type: "private" }, ...fields };
  const read = wireUpdate.parse({ update_id: 1, message }).message;
  assert.ok(read);
  return incomingFile(read);
}

Deno.test("incomingFile() takes the largest size of a photo", () => {
  const photo = [{ file_id: "small", file_size: 1 }, { file_id: "large", file_size: 9 }];
  assert.deepEqual(fileOf({ photo }), {
    fileId: "large",
    kind: "image",
    name: "photo-5.jpg",
    size: 9,
  });
});

Deno.test("incomingFile() takes a document for an image only where models read its format", () => {
  for (
    const [type, kind] of [
      ["image/png", "image"],
      ["image/webp", "image"],
      ["image/svg+xml", "file"],
      ["image/heic", "file"],
      ["application/pdf", "file"],
    ] as const
  ) {
    const document = { file_id: "d", file_name: "a.x", mime_type: type };
    assert.deepEqual(fileOf({ document }), { fileId: "d", kind, name: "a.x" });
  }
  assert.equal(fileOf({ document: { file_id: "d" } })?.name, "document-5");
});

Deno.test("incomingFile() finds none where nothing can be read", () => {
  assert.deepEqual([fileOf({}), fileOf({ photo: {} }), fileOf({ photo: [] })], [
    undefined,
    undefined,
    undefined,
  ]);
  assert.equal(fileOf({ document: { file_name: "x" } }), undefined);
});
