/** Lists the rows of the benchmark, in the order in which they are measured. */
import type { Row } from "./figures.ts";
import { BURST, GROUP } from "./rows/crowds.ts";
import { SNAPSHOTS } from "./rows/folders.ts";
import { COMMANDS, MANY, UPDATES } from "./rows/load.ts";
import { HOUR, STORM } from "./rows/outbox.ts";
import { PLAN } from "./rows/plan.ts";
import { RENDER, RENDERER } from "./rows/render.ts";
import { CALLS, FIRST_SIGN } from "./rows/signs.ts";
import { START, SYNCS } from "./rows/start.ts";
import { MCP, TURNS } from "./rows/turns.ts";

export const ROWS: readonly Row[] = [
  TURNS,
  MCP,
  BURST,
  GROUP,
  PLAN,
  FIRST_SIGN,
  SYNCS,
  CALLS,
  START,
  UPDATES,
  COMMANDS,
  MANY,
  RENDER,
  RENDERER,
  STORM,
  HOUR,
  SNAPSHOTS,
];
