/** Draws a text with all kinds of markup, so that the first answer finds compiled code. */
import type { Clock } from "../../core/clock.ts";
import { pause } from "../../core/deadline.ts";
import { documentOf, drawn } from "./rendered.ts";
import { splitMessage } from "./split.ts";

const SAMPLE = `## Result

The **cause** was in [\`a.ts:1\`](a.ts#L1): _see_ [the page](https://example.com) and ~~that~~.

1. One \`step\`
   - with a point
2. Another

\`\`\`ts
const one = 1;
\`\`\`

| File | Lines |
|:-----|------:|
| a.ts | 12 |

> It is **done**.
`;
const BETWEEN_MS = 20;

/** Lets everybody else be served between the parts. Never throws. */
export async function warmUpRenderer(clock: Clock, signal: AbortSignal): Promise<void> {
  for (const part of SAMPLE.split("\n\n")) {
    splitMessage(drawn(part, documentOf(part, {}), {}));
    if (!await pause(clock, BETWEEN_MS, signal)) return;
  }
}
