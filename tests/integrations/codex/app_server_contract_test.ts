import type { BackendParts } from "../../../src/integrations/codex/backend_parts.ts";
import { localAppServer } from "../../../src/integrations/codex/app_server/backend.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { codexBackendContract } from "../../contracts/codex_backend_contract.ts";
import type { BackendSetup } from "../../contracts/codex_stage.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { CODEX_VERSIONS, codexProgram, type CodexVersion } from "../../support/codex_programs.ts";

for (const version of CODEX_VERSIONS) {
  codexBackendContract(`app-server ${version}`, async (setup) => {
    return localAppServer(await parts(version, setup));
  });
}

async function parts(version: CodexVersion, setup: BackendSetup): Promise<BackendParts> {
  return {
    program: { command: await codexProgram(version), arguments: ["app-server"] },
    commandLine: "codex app-server",
    version,
    clock: createSystemClock(),
    log: new RecordingLog(),
    clientVersion: "0.0.0",
    ...setup,
  };
}
