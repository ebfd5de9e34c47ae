/** The broker in its worker: what it starts before an application asks for it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { brokeredStart } from "../../src/integrations/codex/broker/client.ts";
import { startBroker } from "../../src/supervisor/broker_launch.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { until } from "../support/processes.ts";
import { namesIn, temporaryFolder } from "../support/temporary_folder.ts";
import { writeProgram } from "../support/write_program.ts";

const GREETING = '{"id":1,"method":"initialize"}';

Deno.test("the broker starts Codex before there is an application, and hands it to the first one", async () => {
  await using folder = await temporaryFolder();
  const command = join(folder.path, "codex");
  const heard = join(folder.path, "heard");
  await writeProgram(
    command,
    `#!/bin/sh\nread line\necho "$$ $line" >${heard}.new\nmv ${heard}.new ${heard}\ncat\n`,
  );
  const program = { command, started: command, arguments: ["app-server"] };
  const broker = await startBroker({
    rights: {
      limits: {
        programs: [{ ...program, speaks: "app-server", ahead: true }],
        environment: { PATH: Deno.env.get("PATH") ?? "" },
        rights: { folders: [], workspaces: "/state/workspaces", inbox: "/state/inbox" },
      },
      run: [command],
    },
    log: new RecordingLog(),
    onFailure: assert.fail,
  });
  try {
    broker.startAhead(GREETING);
    await until(() => namesIn(folder.path).includes("heard"));
    const [pid, line] = (await Deno.readTextFile(heard)).trim().split(" ");
    assert.equal(line, GREETING);
    for (const isFirst of [true, false]) {
      const port = broker.connect();
      const started = await brokeredStart(port)(program, {});
      assert.equal(started.pid === Number(pid), isFirst);
      await Promise.all([started.stdin.close(), started.stdout.cancel(), started.stderr.cancel()]);
      await started.status;
      port.close();
    }
  } finally {
    await broker.close();
  }
});
