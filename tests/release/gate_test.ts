import assert from "node:assert/strict";
import { type Embedded, type Metadata, readEmbedded } from "../../release/embedded.ts";
import { examine, MOST_EMBEDDED_BYTES } from "../../release/gate.ts";

const GOOD: Embedded = {
  metadata: {
    argv: [],
    permissions: {
      allow_env: [],
      allow_net: [],
      allow_read: [],
      allow_run: [],
      allow_write: [],
      allow_sys: null,
      allow_ffi: null,
      allow_import: ["registry.example:443"],
      deny_import: [],
      prompt: false,
    },
    env_vars_from_env_file: {},
    entrypoint_key: "main.js",
    code_cache_key: null,
    unstable_config: { features: [] },
    otel_config: { tracing_enabled: false, metrics_enabled: false },
  },
  files: ["main.js", "chunk-A.js"],
  size: MOST_EMBEDDED_BYTES,
};
const BUNDLE = ["chunk-A.js", "main.js"];

Deno.test("examine accepts an executable with the launcher's permissions and the bundle", () => {
  examine(GOOD, BUNDLE);
});

const { permissions } = GOOD.metadata;
const BAD: readonly (readonly [what: string, change: Partial<Metadata>, said: RegExp])[] = [
  ["a permission too many", { permissions: { ...permissions, allow_ffi: [] } }, /allow_ffi/],
  ["a permission too few", { permissions: { ...permissions, allow_net: null } }, /allow_net/],
  ["prompts", { permissions: { ...permissions, prompt: true } }, /ask for permissions/],
  ["imports", { permissions: { ...permissions, deny_import: null } }, /import from the network/],
  [
    "imports from all hosts but one",
    { permissions: { ...permissions, deny_import: ["x.example"] } },
    /import from the network/,
  ],
  ["an environment file", { env_vars_from_env_file: { A: "b" } }, /environment file/],
  ["arguments", { argv: ["--verbose"] }, /arguments/],
  ["a code cache", { code_cache_key: "1" }, /code cache/],
  ["traces", { otel_config: { tracing_enabled: true, metrics_enabled: false } }, /send traces/],
  ["metrics", { otel_config: { tracing_enabled: false, metrics_enabled: true } }, /send traces/],
];

for (const [what, change, said] of BAD) {
  Deno.test(`examine refuses an executable with ${what}`, () => {
    assert.throws(
      () => examine({ ...GOOD, metadata: { ...GOOD.metadata, ...change } }, BUNDLE),
      said,
    );
  });
}

Deno.test("examine reports foreign files and too many bytes together", () => {
  const bad = { ...GOOD, files: ["main.js", "auth.json"], size: MOST_EMBEDDED_BYTES + 1 };
  assert.throws(
    () => examine(bad, BUNDLE),
    /carries main\.js, auth\.json instead.*3500001 bytes, more than 3500000/,
  );
});

for (
  const [what, bytes] of [
    ["an empty file", ""],
    ["a runtime alone", "\x7fELF d3n0l4nd"],
    ["a length that leads out of the file", 'd3n0l4nd\x00\x01\x00\x00\x00\x00\x00\x00{"argv"'],
    ["metadata of another kind", 'd3n0l4nd\x0b\x00\x00\x00\x00\x00\x00\x00{"argv":[]}'],
  ] as const
) {
  Deno.test(`readEmbedded says that it cannot read ${what}`, () => {
    const file = Uint8Array.from(bytes, (letter) => letter.charCodeAt(0));
    assert.throws(() => readEmbedded(file), /^UserFacingError: Cannot read the executable: /);
  });
}
