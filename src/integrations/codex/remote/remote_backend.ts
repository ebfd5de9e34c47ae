/** Codex on another machine: the same app-server, reached over a socket. */
import type { MachineSettings } from "../../../core/codex/codex_settings.ts";
import { AppServerBackend } from "../app_server/backend.ts";
import type { BackendCommons } from "../backend_parts.ts";
import { openMachineLink } from "./machine_link.ts";

/** Connects when it is first needed, and again when the connection was lost. */
export function remoteAppServer(
  machine: MachineSettings,
  parts: Omit<BackendCommons, "commandLine" | "version" | "onEnded">,
): AppServerBackend {
  return new AppServerBackend({
    ...parts,
    commandLine: machine.name,
    machine: machine.name,
    open: (signal) => openMachineLink(machine, parts.clock, signal),
  });
}
