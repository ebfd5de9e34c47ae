/** Proxies of the environment are for what lies beyond this computer. */

const THIS_COMPUTER = ["localhost", "127.0.0.1", "::1"];
/** Some programs write it in capitals, some do not. */
const NAMES = ["NO_PROXY", "no_proxy"];

/**
 * From now on nothing of this process goes through a proxy to reach this computer: a proxy does not
 * get there, and without TLS would be told the bot token, which is a part of every address.
 * To be called before the first connection: the runtime reads the variables once.
 */
export function passProxiesOnLoopback(environment: Pick<Deno.Env, "get" | "set">): void {
  const written = NAMES.map((name) => environment.get(name)?.trim() ?? "").find((list) =>
    list !== ""
  );
  const list = [...(written === undefined ? [] : [written]), ...THIS_COMPUTER].join(",");
  for (const name of NAMES) environment.set(name, list);
}
