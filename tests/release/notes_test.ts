import assert from "node:assert/strict";
import { releaseNotes } from "../../release/notes.ts";

const CHANGELOG = `# Changelog

## [Unreleased]

## [1.2.0] - 2026-11-21

### Added

- This.

## [1.1.0] - 2026-10-01

- That.

## [1.0.0]

- No date.

## [0.9.0] - 2026-01-01
`;

Deno.test("releaseNotes returns the section of the version", () => {
  assert.equal(releaseNotes("v1.2.0", "1.2.0", CHANGELOG), "### Added\n\n- This.\n");
  assert.equal(releaseNotes("v1.1.0", "1.1.0", CHANGELOG), "- That.\n");
});

for (
  const [tag, version, said] of [
    ["v1.3.0", "1.2.0", /the tag is v1\.3\.0, the version is 1\.2\.0/],
    ["1.2.0", "1.2.0", /the tag is 1\.2\.0/],
    ["v1.2", "1.2", /has no "## \[1\.2\] - YYYY-MM-DD"/],
    ["v1.0.0", "1.0.0", /has no "## \[1\.0\.0\] - YYYY-MM-DD"/],
    ["v0.9.0", "0.9.0", /CHANGELOG\.md says nothing about 0\.9\.0/],
  ] as const
) {
  Deno.test(`releaseNotes refuses ${tag} with version ${version} and says why`, () => {
    assert.throws(() => releaseNotes(tag, version, CHANGELOG), said);
  });
}
