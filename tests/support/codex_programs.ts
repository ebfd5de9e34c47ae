/** The real Codex programs that the tests drive, and homes for them that know the scripted model. */
import { join } from "node:path";
import type { CodexVersion } from "./codex_versions.ts";
import { npm } from "./npm.ts";

/** Not under the system's temporary folder: Codex refuses to keep its helpers there. */
export const CACHE = new URL("../../.cache/", import.meta.url).pathname;
/**
 * Where tests make homes and projects. Codex's sandbox may write to all of the temporary folder, in
 * which this checkout may lie.
 */
export const HOMES = CACHE.startsWith("/tmp/")
  ? "/var/tmp/codex-orchestrator-homes/"
  : `${CACHE}homes/`;

/**
 * Path of the native program: from `CODEX_PROGRAMS_DIR/VERSION` where that variable is set and has
 * it, else from the cache, into which it is installed when it is not there.
 * @throws {Error} when npm cannot install it
 */
export async function codexProgram(version: CodexVersion): Promise<string> {
  return await installedCodex(version) ?? await install(version, join(CACHE, "codex", version));
}

/** The same, without installing anything: undefined where it is not there. */
export async function installedCodex(version: CodexVersion): Promise<string | undefined> {
  const given = Deno.env.get("CODEX_PROGRAMS_DIR");
  const ready = given === undefined ? undefined : await nativeProgram(join(given, version));
  return ready ?? await nativeProgram(join(CACHE, "codex", version));
}

export interface CodexHomeOptions {
  /** How often Codex tries again by itself after an HTTP error or a broken stream. Default 0. */
  readonly retries?: number;
  /** Variable that holds the key of the model's provider. Default: it needs none. */
  readonly keyVariable?: string;
  /** How long a stream may be silent before Codex gives it up. Default 300 000. */
  readonly streamIdleTimeoutMs?: number;
  /** Further features that are on, e.g. `multi_agent_v2`, which lets the model spawn sub-agents. */
  readonly features?: readonly string[];
}

/**
 * Writes a CODEX_HOME whose only model provider is the scripted one, and which stays offline. Codex
 * takes the folder that it works in for the project: above it is this checkout, whose own `.codex`
 * folder, if a sandbox left one there, is not the test's.
 */
export async function writeCodexHome(
  folder: string,
  apiUrl: string,
  options: CodexHomeOptions = {},
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "config.toml"), codexConfig(apiUrl, options));
}

function codexConfig(
  apiUrl: string,
  { retries = 0, keyVariable, streamIdleTimeoutMs = 300_000, features = [] }: CodexHomeOptions,
): string {
  return `model = "gpt-5.5"
model_provider = "scripted"
check_for_update_on_startup = false
cli_auth_credentials_store = "file"
web_search = "disabled"
project_root_markers = []
[model_providers.scripted]
name = "scripted"
base_url = "${apiUrl}"
wire_api = "responses"
requires_openai_auth = false
supports_websockets = false
request_max_retries = ${retries}
stream_max_retries = ${retries}
stream_idle_timeout_ms = ${streamIdleTimeoutMs}
${keyVariable === undefined ? "" : `env_key = "${keyVariable}"`}
[analytics]
enabled = false
[feedback]
enabled = false
[otel]
exporter = "none"
trace_exporter = "none"
metrics_exporter = "none"
[history]
persistence = "none"
[features]
apps = false
plugins = false
unbounded_connection_retries = false
${features.map((name) => `${name} = true\n`).join("")}[tools.update_plan]
enabled = true
`;
}

async function install(version: CodexVersion, folder: string): Promise<string> {
  await Deno.mkdir(join(CACHE, "codex"), { recursive: true });
  const staging = await Deno.makeTempDir({ dir: join(CACHE, "codex"), prefix: "installing-" });
  try {
    await npm(
      ["install", "--prefix", staging, "--no-audit", "--no-fund", `@openai/codex@${version}`],
      `Codex ${version} cannot be installed into .cache/codex`,
    );
  } catch (error) {
    await Deno.remove(staging, { recursive: true });
    throw error;
  }
  try {
    await Deno.rename(staging, folder);
  } catch {
    // Another test process was faster, and its program is as good.
    await Deno.remove(staging, { recursive: true });
  }
  const program = await nativeProgram(folder);
  if (program === undefined) throw new Error(`Codex ${version} brought no program for this system`);
  return program;
}

/** node_modules/@openai/codex-SYSTEM/vendor/TARGET/(bin|codex)/codex */
async function nativeProgram(folder: string): Promise<string | undefined> {
  const packages = join(folder, "node_modules", "@openai");
  for (const name of await names(packages)) {
    const vendor = join(packages, name, "vendor");
    for (const target of await names(vendor)) {
      for (const place of ["bin", "codex"]) {
        const program = join(vendor, target, place, "codex");
        if ((await names(join(vendor, target, place))).includes("codex")) return program;
      }
    }
  }
  return undefined;
}

async function names(folder: string): Promise<string[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
