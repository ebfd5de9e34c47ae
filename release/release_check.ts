/**
 * `deno task release:check TAG`: stops a release before anything is built, when it could not be
 * published. In a workflow it also tells the later jobs what kind of release it is.
 */
import { fileURLToPath } from "node:url";
import manifest from "../deno.json" with { type: "json" };
import { UserFacingError } from "../src/core/errors.ts";
import { npmPackageOf, PUBLISHER, type Publisher } from "../src/core/publisher.ts";
import { misused, runCommand, understood } from "./command.ts";
import { releaseNotes } from "./notes.ts";

const SCOPE = /^@[a-z0-9][a-z0-9._-]*$/;
const REPOSITORY = /^[\w.-]+\/[\w.-]+$/;

/** @throws {UserFacingError} that says what to set */
export function publisherOf(publisher: Publisher | undefined): Publisher {
  if (publisher === undefined) {
    throw new UserFacingError("Cannot release: nobody is named who publishes", {
      remedy:
        "Set PUBLISHER in src/core/publisher.ts to your scope on npm and your repository on " +
        "GitHub, run `deno task docs:install`, and read docs/releasing.md",
    });
  }
  if (!SCOPE.test(publisher.npmScope)) {
    throw new UserFacingError(`Cannot release: "${publisher.npmScope}" is no scope of npm`, {
      remedy: "Write it as @name: without a scope, codex-orchestrator is another project's package",
    });
  }
  if (!REPOSITORY.test(publisher.repository)) {
    throw new UserFacingError(`Cannot release: "${publisher.repository}" is no repository`, {
      remedy: "Write it as OWNER/NAME",
    });
  }
  return publisher;
}

/** A version with a hyphen is a pre-release, as semver has it. */
export function isPreRelease(version: string): boolean {
  return (version.split("+")[0] ?? "").includes("-");
}

/** npm's name for what people get who ask for no version, and for those who ask for what is next. */
export function distTagOf(version: string): "latest" | "next" {
  return isPreRelease(version) ? "next" : "latest";
}

interface Checked {
  readonly tag: string;
  readonly version: string;
  readonly changelog: string;
  readonly publisher: Publisher | undefined;
  /** Where this runs on GitHub: OWNER/NAME. */
  readonly repository: string | undefined;
}

/**
 * Returns what is going to be published where.
 * @throws {UserFacingError} for whatever would stop it later
 */
export function checkRelease({ tag, version, changelog, ...names }: Checked): readonly string[] {
  releaseNotes(tag, version, changelog);
  const publisher = publisherOf(names.publisher);
  if (names.repository !== undefined && names.repository !== publisher.repository) {
    throw new UserFacingError(
      `Cannot release: this is ${names.repository}, and ${publisher.repository} publishes`,
      {
        remedy: "Push the tag there, or set PUBLISHER in src/core/publisher.ts to this repository",
      },
    );
  }
  const kind = isPreRelease(version) ? "a pre-release" : "a release";
  return [
    `${kind} on github.com/${publisher.repository}`,
    `${npmPackageOf(publisher)}@${version} on npm, as ${distTagOf(version)}`,
  ];
}

if (import.meta.main) {
  await runCommand("release:check", async (print) => {
    const [tag, ...rest] = understood({ args: Deno.args, allowPositionals: true }).positionals;
    if (tag === undefined || rest.length > 0) throw misused("expected one tag, such as v1.2.3");
    const path = fileURLToPath(new URL("../CHANGELOG.md", import.meta.url));
    const lines = checkRelease({
      tag,
      version: manifest.version,
      changelog: await Deno.readTextFile(path),
      publisher: PUBLISHER,
      repository: Deno.env.get("GITHUB_REPOSITORY"),
    });
    print(lines.map((line) => `${line}\n`).join(""));
  });
}
