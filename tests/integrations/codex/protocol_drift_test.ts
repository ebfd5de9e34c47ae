/**
 * The protocol that the real programs print, held against the lists of what this program does with
 * each part of it. A new release fails here until somebody has decided what becomes of its news.
 */
import assert from "node:assert/strict";
import {
  NOTIFICATIONS,
  readNotification,
  readServerRequest,
  SERVER_REQUESTS,
} from "../../../src/integrations/codex/app_server/protocol.ts";
import { codexProgram } from "../../support/codex_programs.ts";
import {
  goneRequests,
  newsLines,
  newsOf,
  PROTOCOL_PARTS,
  protocolNews,
} from "../../support/codex_protocol.ts";
import { CODEX_VERSIONS } from "../../support/codex_versions.ts";

for (const version of CODEX_VERSIONS) {
  Deno.test(`Codex ${version} has nothing that the lists of the protocol do not name`, async () => {
    assert.deepEqual(newsLines(await protocolNews(await codexProgram(version))), []);
  });
}

Deno.test("what no release has yet is known in no part of the protocol", () => {
  const known = PROTOCOL_PARTS.filter(({ isKnown }) => isKnown("madeUp"));
  assert.deepEqual(known.map(({ what }) => what), []);
});

Deno.test("each part of the protocol that is new or gone is told with the file to change", () => {
  const part = {
    what: "error kind",
    source: "v2/CodexErrorInfo.ts",
    names: (text: string) => text.split(" "),
    fewest: 2,
    isKnown: (name: string) => name === "known",
    file: "src/kinds.ts",
  };
  const news = newsOf(part, "known news news");
  assert.deepEqual(newsLines(news), ["New error kind news: add it to src/kinds.ts"]);
  assert.throws(() => newsOf(part, "known"), /names 1 of each error kind in v2\/CodexErrorInfo/);
  const made = [{ name: "turn/start", file: "src/a.ts" }, { name: "turn/old", file: "src/b.ts" }];
  assert.deepEqual(newsLines(goneRequests(["turn/start"], made)), [
    "Codex takes no request turn/old any more: change src/b.ts",
  ]);
});

Deno.test("whatever is not ignored has a shape, and whatever is new is told as unknown", () => {
  for (const [name, handling] of Object.entries(NOTIFICATIONS)) {
    const read = readNotification(name, {});
    if (handling === "ignored") assert.deepEqual(read, { method: "ignored", name });
    else if (read.method === "unreadable") assert.doesNotMatch(read.reason, /at method/, name);
    else if (read.method === "news") assert.equal(read.name, name);
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
