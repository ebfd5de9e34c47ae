/** Variables that decide how the network is reached and whose certificates are trusted. */
import { type Check, type Finding, ok, warn } from "../check.ts";

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
        `${wrong.join(" and ")} cannot be understood`,
        "Write it as http://HOST:PORT",
        lines,
      );
    }
    const missing = await filter(
      CERTIFICATE_FILES,
      async (name) => value(name) !== "" && !await isFile(value(name)),
    );
    if (missing.length > 0) {
      return warn(`${missing.join(" and ")} names no file`, "Mend the path, or unset it", lines);
    }
    if (set.length === 0) return ok("no proxy, and the certificates that Deno brings");
    return ok(set.join(", "), lines);
  },
};

/** Also of an address without a scheme, or whose password has signs of an address in it. */
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
    // Not there, or closed to us: no use either way.
    return false;
  }
}
