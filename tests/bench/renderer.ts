/** Measures how long the renderer takes. */
import { renderMarkdown } from "../../src/bot/render/markdown.ts";
import { documentOf, drawn, drawnRich } from "../../src/bot/render/rendered.ts";
import { renderRich } from "../../src/bot/render/rich.ts";
import { splitMessage } from "../../src/bot/render/split.ts";

interface RendererResult {
  readonly document: string;
  readonly kilobytes: number;
  /** Time per KB to render and split it into messages. */
  readonly classicMicroseconds: number;
  /** Time per KB to render it as blocks, whether they fit into one message or not. */
  readonly richMicroseconds: number;
}

const SECTION = `## What changed

The **root cause** was in [\`src/worker.ts:12\`](src/worker.ts#L12): the _queue_ was read twice, see
[the docs](https://example.com/queue) and \`Queue.take()\`.

1. The reader waits for its turn
   - with a \`Lock\`
   - and a ~~timer~~ deadline
2. The test holds it

\`\`\`ts
export async function take(queue: Queue): Promise<Item> {
  return await queue.lock(() => queue.items.shift());
}
\`\`\`

| File | Added | Removed |
|:-----|------:|--------:|
| src/worker.ts | 12 | 3 |
| tests/worker_test.ts | 40 | 0 |

> Run it with \`deno task test\`, and look at the log afterwards.

`;

const DOCUMENTS: Readonly<Record<string, string>> = {
  "small (a sentence)": "All tests pass now: **12** files changed, see `git diff`.",
  "typical (an answer)": filled(SECTION, 4_000),
  "typical, five times": filled(SECTION, 20_000),
  "large": filled(SECTION, 100_000),
  "hostile: emphasis never closed": filled("a**b ", 60_000),
  "hostile: thousands of items": filled("- a\n", 12_000),
  "hostile: thousands of bold words": filled("**a** b\n\n", 60_000),
  "hostile: nested quotes": filled(">>>> a\nb\n", 20_000),
  "hostile: one endless emoji": filled("👩‍👩‍👧", 60_000),
};

function filled(piece: string, length: number): string {
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
}

/** A typical answer of that many characters. */
export function answerOf(length: number): string {
  return filled(SECTION, length);
}

/** @param seconds the least time per document, in whole turns; 0 = one turn */
export function measureRenderer(seconds: number): RendererResult[] {
  return Object.entries(DOCUMENTS).map(([document, text]) => {
    const kilobytes = new TextEncoder().encode(text).length / 1000;
    const perKilobyte = (act: () => unknown): number => microseconds(act, seconds) / kilobytes;
    return {
      document,
      kilobytes,
      classicMicroseconds: perKilobyte(() => splitMessage(renderMarkdown(text))),
      richMicroseconds: perKilobyte(() => renderRich(text)),
    };
  });
}

/** Returns the quickest of so many turns in both forms, with the Markdown read once, as answers are. */
export function quickestMs(name: string, turns: number): number {
  const text = DOCUMENTS[name] ?? "";
  const times = Array.from({ length: turns }, () => {
    const startedAt = performance.now();
    const document = documentOf(text, {});
    drawnRich(document, {}, {});
    splitMessage(drawn(text, document, {}));
    return performance.now() - startedAt;
  });
  return Math.min(...times);
}

/** Returns the median of as many turns as there is time for, without the slow first one. */
function microseconds(act: () => unknown, seconds: number): number {
  if (seconds > 0) act();
  const turns: number[] = [];
  const until = performance.now() + seconds * 1000;
  do {
    const startedAt = performance.now();
    act();
    turns.push(performance.now() - startedAt);
  } while (performance.now() < until);
  turns.sort((one, other) => one - other);
  return (turns[Math.floor(turns.length / 2)] ?? 0) * 1000;
}
