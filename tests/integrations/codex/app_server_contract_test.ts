import { localAppServer } from "../../../src/integrations/codex/app_server/backend.ts";
import { codexBackendContract } from "../../contracts/codex_backend_contract.ts";
import { localSettings } from "../../contracts/codex_stage.ts";
import { CODEX_VERSIONS } from "../../support/codex_versions.ts";

for (const version of CODEX_VERSIONS) {
  codexBackendContract(
    `app-server ${version}`,
    async (setup) => localAppServer(await localSettings(version, "app-server", setup)),
  );
}
