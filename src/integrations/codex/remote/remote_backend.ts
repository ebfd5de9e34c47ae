/** Codex on another machine: the same app-server, reached over a socket. */
import type { Clock } from "../../../core/clock.ts";
import type { MachineSettings } from "../../../core/codex/codex_settings.ts";
import type { Log } from "../../../core/log.ts";
import { AppServerBackend } from "../app_server/backend.ts";
import { connectAppServer } from "../app_server/connection.ts";
import type { BackendSettings } from "../backend_parts.ts";
import { openMachineLink } from "./machine_link.ts";

export function remoteAppServer(
  machine: MachineSettings,
  settings: Omit<BackendSettings, "onEnded">,
): AppServerBackend {
  return new AppServerBackend({
    ...settings,
    endpoint: {
      commandLine: machine.name,
      machine: machine.name,
      open: (signal) => openMachineLink(machine, settings.clock, signal),
    },
  });
}

export interface RemoteReport {
  /** Absent where it does not say. */
  readonly version?: string;
  /** From the first packet to the end of the handshake. */
  readonly elapsedMs: number;
}

/**
 * Tries the connection out: connects, exchanges greetings, and leaves.
 * @throws {CodexError} `unreachable`, `refused`, `tls`, `wrong-protocol`, `too-old` or
 * `not-logged-in`, each with a remedy
 */
export async function probeRemote(
  machine: MachineSettings,
  { signal, ...settings }: {
    readonly clock: Clock;
    readonly log: Log;
    readonly clientVersion: string;
    readonly signal: AbortSignal;
  },
): Promise<RemoteReport> {
  const { clock } = settings;
  const startedAt = clock.monotonic();
  const connection = await connectAppServer({
    ...settings,
    open: (stop) => openMachineLink(machine, clock, stop),
  }, signal);
  const elapsedMs = Math.round(clock.monotonic() - startedAt);
  const { version } = connection.introduction;
  await connection.close();
  return { ...(version === undefined ? {} : { version }), elapsedMs };
}
