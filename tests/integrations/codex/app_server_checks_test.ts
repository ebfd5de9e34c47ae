/** What checks and reviewers may do on a real Codex, in the real sandbox of this machine. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { CheckResult, CheckSandbox } from "../../../src/core/checks/check.ts";
import { localAppServer } from "../../../src/integrations/codex/app_server/backend.ts";
import { localSettings, setUpStage, type Stage } from "../../contracts/codex_stage.ts";
import { NEWEST } from "../../support/codex_versions.ts";
import { isListed, until, unusualSleep } from "../../support/processes.ts";

const VERSIONS = ["0.140.0", NEWEST] as const;

interface How {
  readonly timeoutMs?: number;
  readonly sandbox?: CheckSandbox;
  readonly signal?: AbortSignal;
}

async function checked(stage: Stage, command: string, how: How = {}): Promise<CheckResult> {
  const { timeoutMs = 60_000, sandbox = "workspace-write" } = how;
  assert.ok(stage.backend.checks);
  return await stage.backend.checks.run({
    folder: stage.workspace,
    check: { name: "it", command, timeoutMs },
    sandbox,
    signal: how.signal ?? new AbortController().signal,
  });
}

for (const version of VERSIONS) {
  Deno.test(`checks run in Codex's sandbox, and end with all that they began: ${version}`, async () => {
    await using stage = await setUpStage(async (setup) =>
      localAppServer({
        ...await localSettings(version, "app-server", setup),
        redact: (text) => text.replaceAll("hunter2", "•••••••"),
      })
    );
    const passed = await checked(stage, "pwd; echo hunter2 >&2; touch made");
    assert.deepEqual({ ...passed, latencyMs: 0 }, {
      status: "passed",
      exitCode: 0,
      latencyMs: 0,
      tail: `${stage.workspace}\n•••••••`,
    });
    await Deno.stat(join(stage.workspace, "made"));
    const failed = await checked(stage, "seq 1 100000; printf '\\033[31mred\\033[0m\\n'; exit 3");
    assert.equal(failed.status, "failed");
    assert.equal(failed.exitCode, 3);
    assert.match(failed.tail, /^\[…\]\n[\d\n]+\n100000\nred$/);
    const outside = await checked(stage, "touch ../outside");
    assert.equal(outside.status, "failed");
    const reading = await checked(stage, "mktemp && ! touch refused", { sandbox: "read-only" });
    assert.equal(reading.status, "passed", reading.tail);
    const late = unusualSleep();
    let timedOut = await checked(stage, `echo begun; ${late}`, { timeoutMs: 1_000 });
    // On a busy machine the sandbox itself may take that long.
    for (let timeoutMs = 4_000; timedOut.tail === "" && timeoutMs < 100_000; timeoutMs *= 4) {
      timedOut = await checked(stage, `echo begun; ${late}`, { timeoutMs });
    }
    assert.equal(timedOut.status, "timed-out");
    assert.equal(timedOut.exitCode, undefined);
    assert.equal(timedOut.tail, "begun");
    const stopped = unusualSleep();
    const stop = new AbortController();
    const running = checked(stage, `${stopped} & ${stopped}`, { signal: stop.signal });
    await until(() => isListed(stopped));
    stop.abort(new Error("the person stopped it"));
    await assert.rejects(running, /the person stopped it/);
    await until(async () => !await isListed(stopped) && !await isListed(late));
    const further = join(stage.codexHome, "..", "further");
    await Deno.mkdir(further);
    assert.equal((await checked(stage, `touch ${further}/x`)).status, "failed");
    await Deno.writeTextFile(
      join(stage.codexHome, "config.toml"),
      `[sandbox_workspace_write]\nwritable_roots = ["${further}"]\n`,
      { append: true },
    );
    assert.equal((await checked(stage, `touch ${further}/x made`)).status, "passed");
    const nowhere = await stage.backend.checks?.run({
      folder: "/no/such/folder",
      check: { name: "it", command: "true", timeoutMs: 1_000 },
      sandbox: "workspace-write",
      signal: new AbortController().signal,
    });
    assert.equal(nowhere?.status, "not-run");
  });

  Deno.test(`a reviewer writes to temporary folders only, whatever is configured: ${version}`, async () => {
    await using stage = await setUpStage(async (setup) =>
      localAppServer(await localSettings(version, "app-server", setup))
    );
    const config = join(stage.codexHome, "config.toml");
    const usual = await Deno.readTextFile(config);
    for (const mode of ["danger-full-access", "workspace-write", undefined]) {
      const more = mode === undefined ? "" : `sandbox_mode = "${mode}"\n`;
      await Deno.writeTextFile(config, more + usual);
      await using another = await stage.another();
      const asked = `review under ${mode}`;
      stage.api.script({
        when: ({ lastUserText }) => lastUserText === asked,
        steps: [
          {
            command: `mktemp >/dev/null && echo made; touch changed || echo refused; git --version`,
          },
          { message: "seen" },
        ],
      });
      const thread = another.backend.startThread({
        ...stage.options,
        sandbox: "review",
        approvalPolicy: "never",
        ephemeral: true,
      });
      const { result } = await stage.run(thread, asked);
      assert.equal(result.status, "completed");
      // What the model was told: 0.140 may tell of a command behind the end of a quick turn.
      const told = stage.api.requests.filter(({ lastUserText }) => lastUserText === asked);
      const output = told.at(-1)?.toolOutputs.join("\n") ?? "";
      for (const part of [/^made$/m, /Read-only file system/, /^refused$/m, /^git version/m]) {
        assert.match(output, part, `under ${mode} it printed: ${output}`);
      }
      await assert.rejects(Deno.stat(join(stage.workspace, "changed")));
    }
  });
}
