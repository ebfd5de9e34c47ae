/** The journey itself, with the two releases that every run of the tests drives anyway. */
import assert from "node:assert/strict";
import { LAST_WITH_MCP_SERVER, NEWEST, RELEASES } from "../support/codex_versions.ts";
import { Journey } from "./journey.ts";
import { surprises, titleOf } from "./table.ts";

const PLAYED = [
  { version: NEWEST, protocol: "app-server" },
  { version: LAST_WITH_MCP_SERVER, protocol: "mcp" },
] as const;

for (const { version, protocol } of PLAYED) {
  const release = RELEASES.find((each) => each.version === version && each.protocol === protocol);
  assert.ok(release !== undefined, `${version} over ${protocol} is listed`);
  Deno.test(`the journey with ${titleOf(release)} goes as it is listed`, async () => {
    await using journey = new Journey(release);
    assert.deepEqual(surprises({ release, results: await journey.play() }), []);
  });
}
