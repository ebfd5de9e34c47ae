/** A stage on an app-server of another machine, which can be ended and started again. */
import type { MachineSettings } from "../../../../src/core/codex/codex_settings.ts";
import type { TurnLimits } from "../../../../src/integrations/codex/live_turn.ts";
import { remoteAppServer } from "../../../../src/integrations/codex/remote/remote_backend.ts";
import { createSystemClock } from "../../../../src/integrations/system_clock.ts";
import { setUpStage, type Stage } from "../../../contracts/codex_stage.ts";
import { RecordingLog } from "../../../fakes/recording_log.ts";
import { CutWay } from "../../../support/cut_way.ts";
import { RemoteCodex, type RemoteCodexOptions } from "../../../support/remote_codex.ts";

/** Of the machine: five and a half hours ahead of UTC, without any data of time zones. */
const TIME_ZONE = "XST-5:30";

export interface RemoteStage {
  readonly stage: Stage;
  readonly machine: MachineSettings;
  /** Ends the app-server as a power cut would. */
  end(): Promise<void>;
  /** Starts another one in the same place. */
  startAgain(): Promise<void>;
  /** Cuts the way to it, which is open again at once; or leads nowhere until it is mended. */
  cut(options?: { readonly leadsNowhere: boolean }): void;
  mend(): void;
}

/**
 * Plays a scene with a backend that is connected over the way.
 * @param times how long the machine is looked for, and a turn may take to end that is stopped
 */
export async function withRemote(
  scene: (remote: RemoteStage) => Promise<void>,
  times: Pick<TurnLimits, "reconnectMs"> & Partial<Pick<TurnLimits, "cancelGraceMs">>,
): Promise<void> {
  let codex: RemoteCodex | undefined;
  let way: CutWay | undefined;
  let options: RemoteCodexOptions | undefined;
  const end = async (): Promise<void> => {
    await codex?.[Symbol.asyncDispose]();
    codex = undefined;
  };
  try {
    let machine: MachineSettings | undefined;
    await using stage = await setUpStage(async ({ environment, limits }) => {
      options = { transport: "ws", environment: { ...environment, TZ: TIME_ZONE } };
      codex = await RemoteCodex.start(options);
      options = { ...options, at: codex.endpoint };
      way = new CutWay(codex.endpoint.type === "network" ? codex.endpoint.port : 0);
      machine = machineAt(way.port);
      return remoteAppServer(machine, {
        limits: { ...limits, ...times },
        clock: createSystemClock(),
        log: new RecordingLog(),
        clientVersion: "0.0.0",
      });
    }, { features: ["multi_agent_v2"] });
    if (machine === undefined) throw new Error("There is no machine");
    const startAgain = async (): Promise<void> => {
      if (options !== undefined) codex = await RemoteCodex.start(options);
    };
    const cut = ({ leadsNowhere } = { leadsNowhere: false }): void => {
      if (way !== undefined) way.deserted = leadsNowhere;
      way?.cut();
    };
    const mend = (): void => {
      if (way !== undefined) way.deserted = false;
    };
    await scene({ stage, machine, end, startAgain, cut, mend });
  } finally {
    await way?.[Symbol.asyncDispose]();
    await end();
  }
}

export function machineAt(port: number, scheme: "ws" | "wss" = "ws"): MachineSettings {
  const url = `${scheme}://127.0.0.1:${port}`;
  return { name: url, endpoint: { type: "network", url, host: "127.0.0.1", port } };
}
