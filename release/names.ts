/** What the files and packages of a release are called. */
import { suffixOf, type Target } from "./targets.ts";

export const PROGRAM = "codex-orchestrator";

/** Without what it ends with: also the folder in an archive. */
export function releaseName(version: string, target: Target): string {
  return `${PROGRAM}-${version}-${target.name}`;
}

export function executableName(version: string, target: Target): string {
  return releaseName(version, target) + suffixOf(target);
}

export function archiveName(version: string, target: Target): string {
  return `${releaseName(version, target)}${target.system === "win32" ? ".zip" : ".tar.gz"}`;
}

/** The package on npm with the executable for that system. */
export function packageFor({ system, processor }: Target): string {
  return `${PROGRAM}-${system}-${processor}`;
}
