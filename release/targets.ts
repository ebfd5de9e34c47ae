/** Names the systems that a release is made for, and its files and packages. */

export interface Target {
  /** As the compiler calls it. */
  readonly name: string;
  /** As Node and npm call it: `process.platform`. */
  readonly system: "linux" | "darwin" | "win32";
  /** As Node and npm call it: `process.arch`. */
  readonly processor: "x64" | "arm64";
}

export const TARGETS: readonly Target[] = [
  { name: "x86_64-unknown-linux-gnu", system: "linux", processor: "x64" },
  { name: "aarch64-unknown-linux-gnu", system: "linux", processor: "arm64" },
  { name: "x86_64-pc-windows-msvc", system: "win32", processor: "x64" },
  { name: "aarch64-pc-windows-msvc", system: "win32", processor: "arm64" },
  { name: "x86_64-apple-darwin", system: "darwin", processor: "x64" },
  { name: "aarch64-apple-darwin", system: "darwin", processor: "arm64" },
];

export function targetNamed(name: string): Target | undefined {
  return TARGETS.find((target) => target.name === name);
}

/** The suffix of executables there. */
export function suffixOf(target: Target): "" | ".exe" {
  return target.system === "win32" ? ".exe" : "";
}

export const PROGRAM = "codex-orchestrator";

/** Names every file that people fetch, with its checksum. */
export const CHECKSUMS = "SHA256SUMS";

/** The name without a suffix, which is also the folder in an archive. */
export function releaseName(version: string, target: Target): string {
  return `${PROGRAM}-${version}-${target.name}`;
}

export function executableName(version: string, target: Target): string {
  return releaseName(version, target) + suffixOf(target);
}

export function archiveName(version: string, target: Target): string {
  return `${releaseName(version, target)}${target.system === "win32" ? ".zip" : ".tar.gz"}`;
}

/** The bill of materials, which is the same for every system. */
export function billName(version: string): string {
  return `${PROGRAM}-${version}.cdx.json`;
}

/** The package on npm with the executable for that system, without its scope. */
export function packageFor({ system, processor }: Target): string {
  return `${PROGRAM}-${system}-${processor}`;
}

/** Every package on npm without its scope, in the order of publishing: dependencies first. */
export const PACKAGES: readonly string[] = [...TARGETS.map(packageFor), PROGRAM];

/** The file that `npm pack` makes of a package. */
export function tarballName(scope: string, name: string, version: string): string {
  return `${scope.replace(/^@/, "")}-${name}-${version}.tgz`;
}
