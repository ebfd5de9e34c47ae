import assert from "node:assert/strict";
import { childEnvironment } from "../../../src/integrations/codex/environment.ts";

Deno.test("childEnvironment hands on what Codex needs and nothing else", () => {
  const wanted = {
    PATH: "/bin",
    HOME: "/home/me",
    LC_ALL: "C",
    XDG_CONFIG_HOME: "/x",
    https_proxy: "http://proxy",
    NO_PROXY: "localhost",
    SSL_CERT_FILE: "/cert",
    CODEX_HOME: "/codex",
    OPENAI_API_KEY: "key",
  };
  const others = {
    AWS_SECRET_ACCESS_KEY: "key",
    LD_PRELOAD: "/lib",
    PS1: "$",
    NODE_OPTIONS: "-x",
    OTEL_DENO: "true",
  };
  assert.deepEqual(childEnvironment({ ...wanted, ...others }, []), wanted);
});

Deno.test("childEnvironment hands on what the configuration names", () => {
  const parent = { MY_KEY: "1", OTHER: "2" };
  assert.deepEqual(childEnvironment(parent, ["MY_KEY", "NOT_SET"]), { MY_KEY: "1" });
});

Deno.test("childEnvironment never hands on the bot token under another name", () => {
  const parent = {
    TELEGRAM_BOT_TOKEN: "1:secret",
    CODEX_NOTE: "the bot is 1:secret",
    CODEX_HOME: "/codex",
    MY_TOKEN: "1:secret",
  };
  assert.deepEqual(childEnvironment(parent, ["MY_TOKEN"]), { CODEX_HOME: "/codex" });
});

Deno.test("childEnvironment never hands on the bot token or the loader's variables", () => {
  const parent = { TELEGRAM_BOT_TOKEN: "1:a", LD_LIBRARY_PATH: "/lib", DYLD_INSERT_LIBRARIES: "x" };
  assert.deepEqual(childEnvironment(parent, Object.keys(parent)), {});
});
