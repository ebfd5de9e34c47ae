/**
 * The protocol that the real programs print, held against the lists of what this program does with
 * each part of it. A new release fails here until somebody has decided what becomes of its news.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import {
  ITEMS,
  NOTIFICATIONS,
  readNotification,
  readServerRequest,
  SERVER_REQUESTS,
} from "../../../src/integrations/codex/app_server/protocol.ts";
import { ERROR_KINDS } from "../../../src/integrations/codex/turn_failure.ts";
import { CACHE, codexProgram } from "../../support/codex_programs.ts";
import { CODEX_VERSIONS } from "../../support/codex_versions.ts";
import { removeFolder } from "../../support/temporary_folder.ts";

const METHOD = /"method": "([^"]+)"/g;

/** Where a release names its parts, and which of our lists has to name them too. */
const PARTS = [
  { what: "server request", file: "ServerRequest.ts", name: METHOD, list: SERVER_REQUESTS },
  { what: "notification", file: "ServerNotification.ts", name: METHOD, list: NOTIFICATIONS },
  { what: "item type", file: "v2/ThreadItem.ts", name: /"type": "([^"]+)"/g, list: ITEMS },
  {
    what: "error kind",
    file: "v2/CodexErrorInfo.ts",
    // Both `"kind"` and `{ "kind": { … } }`; imports are quoted paths.
    name: /"([A-Za-z]+)"/g,
    list: ERROR_KINDS,
  },
] as const;

for (const version of CODEX_VERSIONS) {
  Deno.test(`Codex ${version} has nothing that the lists of the protocol do not name`, async () => {
    const folder = join(CACHE, "homes", crypto.randomUUID());
    await Deno.mkdir(folder, { recursive: true });
    try {
      const protocol = await generatedProtocol(await codexProgram(version), folder);
      for (const { what, file, name, list } of PARTS) {
        const text = await Deno.readTextFile(join(protocol, file));
        const found = [...text.matchAll(name)].map(([, found = ""]) => found);
        assert.ok(found.length > 5, `${file} is written as the test expects it`);
        const unknown = found.filter((found) => !Object.hasOwn(list, found));
        assert.deepEqual(unknown, [], `each ${what} of Codex ${version} has its place in a list`);
      }
    } finally {
      await removeFolder(folder);
    }
  });
}

/** @returns the folder with the TypeScript files that Codex made */
async function generatedProtocol(program: string, folder: string): Promise<string> {
  const protocol = join(folder, "protocol");
  const { success, stderr } = await new Deno.Command(program, {
    args: ["app-server", "generate-ts", "--out", protocol, "--experimental"],
    env: { HOME: folder, CODEX_HOME: folder },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return protocol;
}

Deno.test("whatever is not ignored has a shape, and whatever is new is told as unknown", () => {
  for (const [name, handling] of Object.entries(NOTIFICATIONS)) {
    const read = readNotification(name, {});
    if (handling === "ignored") assert.deepEqual(read, { method: "ignored", name });
    else if (read.method === "unreadable") assert.doesNotMatch(read.reason, /at method/, name);
    else assert.equal(read.method, name);
  }
  for (const name of Object.keys(SERVER_REQUESTS)) {
    const read = readServerRequest(name, {});
    if (read.method === "unreadable") assert.doesNotMatch(read.reason, /at method/, name);
    else assert.equal(read.method, name);
  }
  const unknown = { method: "unknown", name: "something/new" };
  assert.deepEqual(readNotification("something/new", {}), unknown);
  assert.deepEqual(readServerRequest("something/new", {}), unknown);
});
