/** The contract of backends, held by app-servers that this program does not start. */
import type { CodexBackend } from "../../../../src/core/codex/codex.ts";
import { remoteAppServer } from "../../../../src/integrations/codex/remote/remote_backend.ts";
import { createSystemClock } from "../../../../src/integrations/system_clock.ts";
import { codexBackendContract } from "../../../contracts/codex_backend_contract.ts";
import type { BackendSetup } from "../../../contracts/codex_stage.ts";
import { RecordingLog } from "../../../fakes/recording_log.ts";
import { RemoteCodex, type RemoteCodexOptions } from "../../../support/remote_codex.ts";

/** The contract, or a part of it, over one way. */
export function remoteContract(
  transport: RemoteCodexOptions["transport"],
  only = /./,
): void {
  codexBackendContract(
    `remote app-server over ${transport}`,
    async (setup) => {
      const codex = await RemoteCodex.start({ transport, ...setup });
      return endingWith(codex, backendOn(codex, setup));
    },
    { ownsProcess: false, only },
  );
}

function backendOn(codex: RemoteCodex, { limits }: BackendSetup): CodexBackend {
  const clock = createSystemClock();
  return remoteAppServer(codex.machine(), {
    limits,
    clock,
    log: new RecordingLog(),
    clientVersion: "0.0.0",
  });
}

/** The backend alone would leave its app-server as it is, which belongs to somebody else. */
function endingWith(codex: RemoteCodex, backend: CodexBackend): CodexBackend {
  return {
    kind: backend.kind,
    capabilities: backend.capabilities,
    queries: backend.queries,
    activity: backend.activity,
    terminals: backend.terminals,
    start: (signal) => backend.start(signal),
    startThread: (options) => backend.startThread(options),
    resumeThread: (id, options) => backend.resumeThread(id, options),
    health: () => backend.health(),
    restart: () => backend.restart(),
    async close(): Promise<void> {
      await backend.close();
      await codex[Symbol.asyncDispose]();
    },
  };
}
