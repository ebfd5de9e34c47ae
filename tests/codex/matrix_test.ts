/** How the table of releases is drawn, and what counts as a failure; the journey is not played. */
import assert from "node:assert/strict";
import { ABILITIES, NEWEST, type Release, RELEASES } from "../support/codex_versions.ts";
import { npm, reasonIn } from "../support/npm.ts";
import type { Results } from "./journey.ts";
import { surprises, textTable } from "./table.ts";
import { PAGE, withReleases } from "./write_page.ts";

const RELEASE: Release = { version: "0.1.2", protocol: "mcp", differs: { steer: "queued" } };
const PLAYED: Results = {
  plan: { outcome: "yes" },
  steer: { outcome: "queued" },
  picture: { outcome: "by path" },
  cancel: { failure: "Waited 60000 ms\nfor nothing" },
};

Deno.test("what is declared is no surprise, everything else is", () => {
  assert.deepEqual(surprises({ release: RELEASE, results: PLAYED }), [
    'Codex 0.1.2 over mcp, picture: expected "yes", but it is "by path"',
    'Codex 0.1.2 over mcp, cancel: expected "yes", but Waited 60000 ms\nfor nothing',
  ]);
  const results: Results = { steer: { outcome: "yes" } };
  assert.deepEqual(surprises({ release: RELEASE, results }), [
    'Codex 0.1.2 over mcp, steer: expected "queued", but it is "yes"',
  ]);
});

Deno.test("the table has a column for each ability, and shows what was not reached", () => {
  const [head = "", row = ""] = textTable([{ release: RELEASE, results: PLAYED }]).split("\n");
  assert.deepEqual(head.split(/ {2,}/), ["version", "protocol", ...Object.keys(ABILITIES)]);
  assert.match(row, /^0\.1\.2 +mcp +yes +- .* queued +by path +FAILED +-/);
});

Deno.test("releases are listed once each, from the oldest to the newest", () => {
  const number = ({ version }: Release): number =>
    version.split(".").reduce((sum, part) => sum * 1_000 + Number(part), 0);
  const numbers = RELEASES.map(number);
  assert.deepEqual(numbers, numbers.toSorted((one, other) => one - other));
  const keys = RELEASES.map(({ version, protocol }) => `${version} ${protocol}`);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(RELEASES.at(-1)?.version, NEWEST);
});

Deno.test(`${PAGE} has the table of the list (deno task docs:codex)`, async () => {
  const page = await Deno.readTextFile(new URL(`../../${PAGE}`, import.meta.url));
  assert.equal(unaligned(page), unaligned(withReleases(page)));
});

/** The formatter pads the cells of tables, and wraps lines. */
function unaligned(text: string): string {
  return text.replaceAll(/-{3,}/g, "---").replaceAll(/\s+/g, " ");
}

Deno.test("npm's failures are told in words", async () => {
  assert.match(
    reasonIn("npm error code ECONNREFUSED\nnpm error FetchError: request to http://x failed"),
    /^npm does not reach its registry \(ECONNREFUSED\)\. Connect this machine/,
  );
  assert.match(reasonIn("npm error code ETARGET"), /does not have it/);
  assert.equal(reasonIn("npm error code EACCES\n"), "npm error code EACCES");
  await assert.rejects(npm([], "It cannot be installed", "/nowhere/npm"), {
    message: "It cannot be installed: there is no npm on this machine. Install Node with npm.",
  });
});
