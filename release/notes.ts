/** `deno task notes TAG`: prints the changelog's section of the version that the tag names. */
import { fileURLToPath } from "node:url";
import manifest from "../deno.json" with { type: "json" };
import { UserFacingError } from "../src/core/errors.ts";
import { misused, runCommand, understood } from "./command.ts";

if (import.meta.main) {
  await runCommand("notes", async (print) => {
    const [tag, ...rest] = understood({ args: Deno.args, allowPositionals: true }).positionals;
    if (tag === undefined || rest.length > 0) throw misused("expected one tag, such as v1.2.3");
    const path = fileURLToPath(new URL("../CHANGELOG.md", import.meta.url));
    print(releaseNotes(tag, manifest.version, await Deno.readTextFile(path)));
  });
}

/**
 * Returns the section of the version, without its heading.
 * @throws {UserFacingError} when tag, version and changelog do not fit together
 */
export function releaseNotes(tag: string, version: string, changelog: string): string {
  if (tag !== `v${version}`) {
    throw new UserFacingError(`Cannot release: the tag is ${tag}, the version is ${version}`, {
      remedy: `Tag the commit whose deno.json has that version; this one is v${version}`,
    });
  }
  const sections = changelog.split(/^(?=## )/m);
  const dated = `## [${version}] - `;
  const section = sections.find((text) => text.startsWith(dated));
  const [heading = "", ...lines] = section?.split("\n") ?? [];
  if (!/^\d{4}-\d{2}-\d{2}$/.test(heading.slice(dated.length))) {
    throw new UserFacingError(`Cannot release: CHANGELOG.md has no "${dated}YYYY-MM-DD"`, {
      remedy: "Give the unreleased section that heading",
    });
  }
  const notes = lines.join("\n").trim();
  if (notes === "") {
    throw new UserFacingError(`Cannot release: CHANGELOG.md says nothing about ${version}`);
  }
  return `${notes}\n`;
}
