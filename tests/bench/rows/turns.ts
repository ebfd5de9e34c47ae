/** Rows: how long a message takes, beside a turn of the same Codex without this program. */
import { LAST_WITH_MCP_SERVER } from "../../support/codex_versions.ts";
import {
  ask,
  benchStage,
  nextTask,
  pause,
  rawDeveloper,
  refusedForPace,
  startRaw,
  warmUp,
} from "../bot_stage.ts";
import type { StageOptions } from "../../e2e/stage.ts";
import type { Figure, Row } from "../figures.ts";
import { ROLES } from "../../../src/workflows/roles.ts";

/** Long enough that the chat may be written to at once, and that everything has cooled down. */
const AT_LEISURE_MS = 3_000;

export const TURNS: Row = {
  name: "turn",
  about: "a short message at leisure, every 0.8 s, and the next at once",
  async measure({ quick }): Promise<Figure[]> {
    return [
      await beside(quick ? 5 : 20, 1, {
        what: "3 s of quiet before",
        pauseMs: AT_LEISURE_MS,
        most: 1.15,
      }),
      await beside(quick ? 5 : 20, 5, { what: "every 0.8 s", pauseMs: 800, most: 1.25 }),
      await beside(quick ? 10 : 20, 5, {
        what: "the next at once, no limits",
        pauseMs: 0,
        most: 1.25,
        limits: {},
      }),
    ];
  },
};

interface Rhythm {
  readonly what: string;
  readonly pauseMs: number;
  readonly most: number;
  /** No bot may send so many messages as are asked for at once. */
  readonly limits?: StageOptions["limits"];
}

/** @param inRow how many of a kind follow one another */
async function beside(
  count: number,
  inRow: number,
  { what, pauseMs, most, limits }: Rhythm,
): Promise<Figure> {
  await using stage = await benchStage(limits === undefined ? {} : { limits });
  await stage.start();
  await warmUp(stage);
  const { raw, turn } = await rawDeveloper(stage);
  await using _raw = raw;
  const program = (): Promise<number> => ask(stage, stage.chat);
  const times = await byTurns({ count, inRow, pauseMs }, program, turn);
  return {
    what: `message to answer, ${what}`,
    values: times.program,
    unit: "ms",
    beside: { what: "raw turn", values: times.raw },
    target: { most },
    kind: "noisy",
    note: `429: ${refusedForPace(stage)}`,
  };
}

export const MCP: Row = {
  name: "mcp",
  about: "the same over `codex mcp-server`",
  async measure({ quick }): Promise<Figure[]> {
    await using stage = await benchStage({ codex: LAST_WITH_MCP_SERVER, backend: "mcp" });
    await stage.start();
    await warmUp(stage);
    await using raw = await startRaw(stage, LAST_WITH_MCP_SERVER, "mcp-server");
    const threadId = await raw.conversation({
      prompt: nextTask(),
      cwd: stage.workspace,
      sandbox: "workspace-write",
      "approval-policy": "on-request",
      "developer-instructions": ROLES.developer.instructions,
      config: { "features.multi_agent": false, "features.multi_agent_v2": false },
    });
    for (let each = 0; each < 3; each++) await raw.reply(threadId, nextTask());
    const times = await byTurns(
      { count: quick ? 4 : 20, inRow: 1, pauseMs: quick ? 1_200 : AT_LEISURE_MS },
      () => ask(stage, stage.chat),
      () => raw.reply(threadId, nextTask()),
    );
    return [{
      what: "message to answer with the MCP server",
      values: times.program,
      unit: "ms",
      beside: { what: "raw codex-reply", values: times.raw },
      target: { most: 1.15 },
      kind: "noisy",
    }];
  },
};

/** Both after the same pause, by turns, so that both meet the same machine. */
async function byTurns(
  { count, inRow, pauseMs }: {
    readonly count: number;
    readonly inRow: number;
    readonly pauseMs: number;
  },
  program: () => Promise<number>,
  raw: () => Promise<number>,
): Promise<{ readonly program: readonly number[]; readonly raw: readonly number[] }> {
  const times = { program: new Array<number>(), raw: new Array<number>() };
  for (let done = 0; done < count; done += inRow) {
    for (const [act, taken] of [[program, times.program], [raw, times.raw]] as const) {
      for (let each = 0; each < inRow; each++) {
        await pause(pauseMs);
        taken.push(await act());
      }
    }
  }
  return times;
}
