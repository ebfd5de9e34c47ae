/** Checks permissions, network variables and the runtime. */
import { confine } from "../../../supervisor/confinement.ts";
import { type Check, type Finding, ok, warn } from "../check.ts";
import { askProgram } from "../other_program.ts";
import { realPathOf } from "../../../config/file_access.ts";

/** A Codex that is not installed yet may turn up in any folder of PATH. */
const MOST_LISTED = 4;

/** What the application may do, computed as `codex-orchestrator permissions` does. */
export const permissionsCheck: Check = {
  id: "system.permissions",
  async look(installation): Promise<Finding> {
    const config = await installation.config();
    const { variables } = await installation.environment();
    const stateFolder = await realPathOf(config.stateFolder);
    const { permissions, broker } = await confine(config, variables, stateFolder);
    const { read, write, net } = permissions;
    const listed = (paths: readonly string[]): string =>
      paths.length > MOST_LISTED
        ? `${paths.length} files; \`codex-orchestrator permissions\` lists them`
        : paths.join(", ") || "nothing";
    return ok("the application gets only what conf.toml needs", [
      `read: ${listed(read)}`,
      `write: ${listed(write)}`,
      `reach: ${listed(net)}`,
      `start, by the broker: ${listed(broker.run)}`,
    ]);
  },
};

const PROXIES = [
  "HTTPS_PROXY",
  "https_proxy",
  "HTTP_PROXY",
  "http_proxy",
  "ALL_PROXY",
  "all_proxy",
];
const WITHOUT_PROXY = ["NO_PROXY", "no_proxy"];
const CERTIFICATE_FILES = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "DENO_CERT"];
const CERTIFICATES = ["DENO_TLS_CA_STORE", ...CERTIFICATE_FILES, "SSL_CERT_DIR"];

/** Variables that decide how the network is reached and which certificates are trusted. */
export const networkCheck: Check = {
  id: "system.network",
  async look(installation): Promise<Finding> {
    const { variables } = await installation.environment();
    const value = (name: string): string => variables[name]?.trim() ?? "";
    const set = [...PROXIES, ...WITHOUT_PROXY, ...CERTIFICATES].filter((name) =>
      value(name) !== ""
    );
    const lines = set.map((name) => `${name}=${withoutPassword(value(name))}`);
    const wrong = PROXIES.filter((name) => value(name) !== "" && !URL.canParse(value(name)));
    if (wrong.length > 0) {
      return warn(
        `${wrong.join(" and ")}: not an address`,
        "Write it as http://HOST:PORT",
        lines,
      );
    }
    const missing = await filter(
      CERTIFICATE_FILES,
      async (name) => value(name) !== "" && !await isFile(value(name)),
    );
    if (missing.length > 0) {
      return warn(
        `${missing.join(" and ")}: no such file`,
        "Fix the path, or unset the variable",
        lines,
      );
    }
    if (set.length === 0) return ok("no proxy; Deno's own certificates");
    return ok(set.join(", "), lines);
  },
};

/** Also for an address without a scheme, or with special characters in the password. */
function withoutPassword(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/i, "$1***@");
}

async function filter(
  names: readonly string[],
  fits: (name: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const answers = await Promise.all(names.map(fits));
  return names.filter((_, index) => answers[index]);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    // Missing or not accessible: no use either way.
    return false;
  }
}

/** The first release that this program was tested with. */
const SINCE = [2, 9] as const;

/** What the program runs on. */
export const runtimeCheck: Check = {
  id: "system.runtime",
  async look(installation, signal): Promise<Finding> {
    const { os, arch, standalone } = Deno.build;
    const system = await askProgram("uname", ["-sr"], { signal });
    const where = `${system?.output.trim() || os} (${arch})`;
    const { version } = installation.process;
    if (standalone) return ok(`codex-orchestrator ${version}, compiled, on ${where}`);
    const { deno } = Deno.version;
    const [major = 0, minor = 0] = deno.split(".").map(Number);
    const summary = `codex-orchestrator ${version}, Deno ${deno}, on ${where}`;
    return major > SINCE[0] || (major === SINCE[0] && minor >= SINCE[1])
      ? ok(summary)
      : warn(summary, "Use Deno 2.9.6: `npx -y deno@2.9.6 task start`");
  },
};
