/**
 * Runs the fault suite (`deno task test:faults`): every fault of the catalog, in an order and with
 * details that the seed decides, and checks the invariants after each.
 *
 * FAULT_SEED repeats a run, FAULT_ROUNDS plays the catalog several times over, FAULT_ONLY plays the
 * faults whose name holds the text.
 */
import type { StageOptions } from "../e2e/stage.ts";
import { hasSmallDisk } from "../support/small_disk.ts";
import { CLOCK_FAULTS } from "./catalog/clock.ts";
import { CODEX_FAULTS } from "./catalog/codex.ts";
import { PROGRAM_FAULTS } from "./catalog/program.ts";
import { SECRET_FAULTS } from "./catalog/secrets.ts";
import { STORAGE_FAULTS } from "./catalog/storage.ts";
import { TELEGRAM_FAULTS } from "./catalog/telegram.ts";
import { hasFaketime } from "./faketime.ts";
import type { Fault } from "./fault.ts";
import { noSecretOut, nothingLeft, requestsHold, stateIsPrivate } from "./invariants.ts";
import { Random } from "./random.ts";
import { Report } from "./report.ts";
import { Scene } from "./scene.ts";
import { LAST_WITH_MCP_SERVER, NEWEST } from "../support/codex_versions.ts";

type Codex = Pick<StageOptions, "codex" | "backend">;

const CATALOG: readonly Fault[] = [
  ...PROGRAM_FAULTS,
  ...CODEX_FAULTS,
  ...TELEGRAM_FAULTS,
  ...STORAGE_FAULTS,
  ...CLOCK_FAULTS,
  ...SECRET_FAULTS,
];
const BACKENDS: readonly [Codex, ...Codex[]] = [
  { codex: NEWEST, backend: "app-server" },
  { codex: NEWEST, backend: "app-server" },
  { codex: LAST_WITH_MCP_SERVER, backend: "mcp" },
];

const seed = Number(Deno.env.get("FAULT_SEED") ?? Date.now() % 1_000_000);
const rounds = Number(Deno.env.get("FAULT_ROUNDS") ?? 1);
const only = Deno.env.get("FAULT_ONLY") ?? "";
const here = { mount: hasSmallDisk(), faketime: await hasFaketime() };
const random = new Random(seed);
const report = new Report(seed);

for (let round = 1; round <= rounds; round++) {
  const chosen = CATALOG.filter(({ name }) => name.includes(only));
  for (const fault of random.shuffled(chosen)) {
    const details = new Random(random.between(0, 2 ** 31));
    const picked = details.pick(BACKENDS);
    const options = fault.appServer === true ? BACKENDS[0] : picked;
    const missing = fault.needs !== undefined && !here[fault.needs];
    if (missing) report.skipped(fault.name, `this machine has no ${fault.needs}`);
    Deno.test({
      name: `[seed ${seed}, round ${round}, ${options.backend}] ${fault.name}`,
      ignore: missing,
      fn: () => play(fault, options, details),
    });
  }
}

Deno.test("the table of this run", () => report.print());

async function play(
  fault: Fault,
  options: Codex,
  details: Random,
): Promise<void> {
  await using scene = await Scene.open(options, details);
  try {
    await fault.play(scene, details);
    await noSecretOut(scene);
    await stateIsPrivate(scene);
    await scene.program.end();
    await nothingLeft(scene);
    // Last, when nothing more can be said.
    requestsHold(scene);
    report.held(fault.name, scene);
  } catch (error) {
    report.broken(fault.name);
    throw error;
  }
}
