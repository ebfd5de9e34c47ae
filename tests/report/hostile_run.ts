/** Makes a run in which every text tries to break out of the page. */
import { type RunHistory, runHistory } from "../../src/report/run_history.ts";
import { copyOfRun } from "../traces/lines.ts";
import { recordsOf } from "../traces/recorded.ts";

const ATTACKS = [
  `<script>window.owned=1</script>`,
  `"><img src=x onerror="window.owned=1">`,
  `'><svg/onload=window.owned=1>`,
  `</style><style>*{display:none}</style>`,
  `</title></head><body onload=window.owned=1>`,
  `<a href="javascript:window.owned=1">x</a>`,
  `[click](javascript:window.owned=1) [data](data:text/html,<script>window.owned=1</script>)`,
  `![pixel](https://tracker.example/pixel.png) <https://example.com/"onmouseover="window.owned=1>`,
  `[ref][r]\n\n[r]: JaVaScRiPt:window.owned=1 "x"`,
  `<!-- --!> <iframe srcdoc="<script>parent.owned=1</script>"></iframe>`,
  "```html\n</code></pre><script>window.owned=1</script>\n```",
  `| a |\n| --- |\n| </td><script>window.owned=1</script> |`,
  `&lt;script&gt; &#x3c;script&#x3e; \u0000 \ud800 \u202e`,
  `<meta http-equiv=refresh content="0;url=https://tracker.example">`,
  "w".repeat(3_000),
].join("\n\n");

/** Fields whose values come from the program, such as kinds and times. */
const OURS = new Set([
  "type",
  "timestamp",
  "started_at",
  "run_id",
  "status",
  "mode",
  "stage",
  "result",
  "verdict",
  "review_result",
  "severity",
  "input_kind",
  "decision",
  "closed_by",
]);

export function hostileRun(): RunHistory {
  const lines = copyOfRun({ id: "aaaa", day: "2026-03-01" }).map((line) => {
    const isApproval = line.includes(`"type":"approval"`);
    return JSON.stringify(JSON.parse(line, (name, value) => {
      if (typeof value !== "string" || OURS.has(name)) return value;
      return isApproval && name === "kind" ? value : ATTACKS;
    }));
  });
  const run = runHistory(ATTACKS, recordsOf(lines));
  return { ...run, error: ATTACKS };
}

export const HOSTILE_DIFF = [
  `diff --git a/${ATTACKS.slice(0, 30)} b/x`,
  "--- a/x",
  `+++ b/<script>window.owned=1</script>`,
  "@@ -1,1 +1,20 @@",
  ...ATTACKS.split("\n").map((line) => `+${line}`),
  "--- a/what was removed begins with two dashes",
].join("\n");
