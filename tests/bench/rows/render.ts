/** Row: what it takes to make messages of an answer. */
import { cpuUsage } from "node:process";
import { renderMarkdown } from "../../../src/bot/render/markdown.ts";
import { renderRich } from "../../../src/bot/render/rich.ts";
import { splitMessage } from "../../../src/bot/render/split.ts";
import type { Figure, Row } from "../figures.ts";
import { answerOf, measureRenderer } from "../renderer.ts";

export const RENDER: Row = {
  name: "render",
  about: "an answer of 4 kB and one of 20 kB, rendered",
  measure({ quick }): Promise<Figure[]> {
    return Promise.resolve([[4_000, 10], [20_000, 40]].flatMap(([length = 0, most = 0]) => {
      const text = answerOf(length);
      const acts = [["ordinary", () => splitMessage(renderMarkdown(text))], [
        "rich",
        () => renderRich(text),
      ]] as const;
      return acts.map(([kind, act]): Figure => ({
        what: `${length / 1_000} kB answer rendered, ${kind}`,
        values: times(act, quick ? 40 : 200),
        unit: "ms",
        target: { most },
        kind: "noisy",
      }));
    }));
  },
};

/** Of the processor. The first ones count: a program that has just started renders its first answer, too. */
function times(act: () => unknown, count: number): number[] {
  return Array.from({ length: count }, () => {
    const before = cpuUsage();
    act();
    const { user, system } = cpuUsage(before);
    return (user + system) / 1_000;
  });
}

export const RENDERER: Row = {
  name: "renderer",
  about: "Markdown to messages, ordinary and hostile",
  isLong: true,
  measure: () =>
    Promise.resolve(
      measureRenderer(1).flatMap(({ document, classicMicroseconds, richMicroseconds }) =>
        ([["ordinary", classicMicroseconds], ["rich", richMicroseconds]] as const).map((
          [kind, microseconds],
        ): Figure => ({
          what: `${document}, ${kind}`,
          values: [microseconds],
          unit: "µs/KB",
          kind: "noisy",
        }))
      ),
    ),
};
