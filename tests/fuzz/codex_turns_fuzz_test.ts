/** Plays whole turns of a Codex that says anything. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { TurnResult } from "../../src/core/codex/codex.ts";
import { type Script, scriptedBackend, turnOf } from "../integrations/codex/scripted_codex.ts";
import {
  APP_SERVER_MESSAGES,
  MCP_BEGINNING,
  MCP_MESSAGES,
  TURN_STARTED,
} from "./codex_messages.ts";
import { fuzz, index } from "./fuzz.ts";
import { type Damage, damaged, damages } from "./json_damage.ts";
import { damagedBytes, type TextDamage, textDamages } from "./text_damage.ts";

/** Covers a new process, a turn and its grace on a busy machine, but not a turn without a deadline. */
const LONGEST_MS = 50_000;
/** Ends a silent turn. */
const IDLE_MS = 800;
/** Does not end a good turn, however slow the machine is. */
const PATIENT_MS = 30_000;
/** Few, as each case is a turn, and many need a process of their own. */
const PERCENT = 2;

interface Part {
  readonly sample: number;
  readonly json: readonly Damage[];
  readonly bytes: readonly TextDamage[];
}

interface Case {
  readonly parts: readonly Part[];
  /** Damages how the turn begins; rarely, as little happens without it. */
  readonly beginning: readonly Damage[];
  readonly then: Script["then"];
}

const cases: fc.Arbitrary<Case> = fc.record({
  parts: fc.array(
    fc.record({
      sample: index(1_000),
      json: fc.oneof(fc.constant([]), damages),
      bytes: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, textDamages),
    }),
    { maxLength: 8 },
  ),
  beginning: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, damages),
  then: fc.constantFrom("complete", "complete", "complete", "exit", "nothing"),
});

function scriptOf(
  { parts, beginning, then }: Case,
  first: readonly unknown[],
  samples: readonly unknown[],
): Script {
  const garbage = parts.map(({ sample, json, bytes }) => {
    const line = JSON.stringify(damaged(samples[sample % samples.length], json)) ?? "";
    return bytes.length === 0 ? line : [...damagedBytes(line, bytes)];
  });
  const begun = first.map((message) => JSON.stringify(damaged(message, beginning)) ?? "");
  return { parts: [...begun, ...garbage], then };
}

for (
  const [protocol, beginning, samples] of [
    ["app-server", [TURN_STARTED], APP_SERVER_MESSAGES],
    ["mcp-server", MCP_BEGINNING, MCP_MESSAGES],
  ] as const
) {
  fuzz(
    `a turn of codex ${protocol} ends, whatever Codex says, and the next one works`,
    cases,
    async (one) => {
      let idleMs = IDLE_MS;
      const backend = scriptedBackend(protocol, () => idleMs);
      try {
        const startedAt = performance.now();
        const { status, failure } = await turnOf(backend, scriptOf(one, beginning, samples));
        assert.ok(performance.now() - startedAt < LONGEST_MS, "it takes too long");
        if (status === "failed" || status === "lost") assert.ok(failure !== undefined);
        assert.ok(!/^\s*[[{]/.test(failure?.message ?? ""), failure?.message);

        idleMs = PATIENT_MS;
        const good: Case = { parts: [], beginning: [], then: "complete" };
        const next = (): Promise<TurnResult> => turnOf(backend, scriptOf(good, beginning, samples));
        // A turn that ended before its process did leaves the end to the next one.
        const first = await next();
        const { status: last } = first.status === "lost" ? await next() : first;
        assert.equal(last, "completed", first.failure?.message);
      } finally {
        await backend.close();
      }
    },
    { percent: PERCENT },
  );
}
