/** Every check, in the order in which they are shown. */
import type { Check } from "./check.ts";
import { accountCheck } from "./checks/account.ts";
import { chatsCheck } from "./checks/chats.ts";
import { clockCheck } from "./checks/clock.ts";
import { codexBackendCheck } from "./checks/codex_backend.ts";
import { codexHandshakeCheck } from "./checks/codex_handshake.ts";
import { codexLoginCheck } from "./checks/codex_login.ts";
import { codexProgramCheck } from "./checks/codex_program.ts";
import { codexProviderCheck } from "./checks/codex_provider.ts";
import { codexRemoteCheck } from "./checks/codex_remote.ts";
import { codexVersionCheck } from "./checks/codex_version.ts";
import { configurationFileCheck } from "./checks/configuration_file.ts";
import { configurationWarningsCheck } from "./checks/configuration_warnings.ts";
import { crashCheck } from "./checks/crash.ts";
import { databaseCheck } from "./checks/database.ts";
import { diskCheck } from "./checks/disk.ts";
import { environmentCheck } from "./checks/environment.ts";
import { fileModesCheck } from "./checks/file_modes.ts";
import { gitCheck } from "./checks/git.ts";
import { networkCheck } from "./checks/network.ts";
import { permissionsCheck } from "./checks/permissions.ts";
import { pollerCheck } from "./checks/poller.ts";
import { runningCheck } from "./checks/running.ts";
import { runtimeCheck } from "./checks/runtime.ts";
import { secretFilesCheck } from "./checks/secret_files.ts";
import { sizesCheck } from "./checks/sizes.ts";
import { tokenCheck } from "./checks/token.ts";
import { webhookCheck } from "./checks/webhook.ts";
import { workFoldersCheck } from "./checks/work_folders.ts";

export const CHECKS: readonly Check[] = [
  environmentCheck,
  configurationFileCheck,
  configurationWarningsCheck,
  tokenCheck,
  accountCheck,
  webhookCheck,
  pollerCheck,
  clockCheck,
  codexProgramCheck,
  codexVersionCheck,
  codexBackendCheck,
  codexHandshakeCheck,
  codexLoginCheck,
  codexProviderCheck,
  codexRemoteCheck,
  workFoldersCheck,
  gitCheck,
  runningCheck,
  fileModesCheck,
  secretFilesCheck,
  databaseCheck,
  diskCheck,
  sizesCheck,
  crashCheck,
  chatsCheck,
  permissionsCheck,
  networkCheck,
  runtimeCheck,
];
