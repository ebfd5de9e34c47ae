/** Counts the results of each fault for the table in docs/reliability.md. */
import { MARK, type Scene } from "./scene.ts";

interface Line {
  plays: number;
  broken: number;
  requests: number;
  answered: number;
  failed: number;
  continued: number;
  marked: number;
}

export class Report {
  readonly #seed: number;
  readonly #lines = new Map<string, Line>();
  readonly #skipped = new Map<string, string>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  held(name: string, scene: Scene): void {
    const line = this.#line(name);
    line.plays++;
    for (const asked of scene.asked) {
      const answers = scene.answers(asked);
      line.requests++;
      line.answered += answers.length > 0 ? 1 : 0;
      line.failed += answers.length === 0 ? 1 : 0;
      line.continued += scene.continued.get(asked.tag) ?? 0;
      line.marked += answers.filter(({ text }) => text.startsWith(MARK)).length;
    }
  }

  broken(name: string): void {
    const line = this.#line(name);
    line.plays++;
    line.broken++;
  }

  skipped(name: string, reason: string): void {
    this.#skipped.set(name, reason);
  }

  print(): void {
    const rows = [...this.#lines].sort().map(([name, line]) =>
      `| ${name} | ${line.plays} | ${line.requests} | ${line.answered} | ${line.failed} | ` +
      `${line.continued} | ${line.marked} | ${line.broken} |`
    );
    const skipped = [...this.#skipped].map(([name, reason]) => `skipped: ${name} (${reason})`);
    const head = [
      `seed ${this.#seed}`,
      "| fault | plays | requests | answered | told as failed | continued by a person | marked repeats | invariant broken |",
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ];
    const text = [...head, ...rows, ...skipped].join("\n");
    Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
  }

  #line(name: string): Line {
    const known = this.#lines.get(name);
    if (known !== undefined) return known;
    const line: Line = {
      plays: 0,
      broken: 0,
      requests: 0,
      answered: 0,
      failed: 0,
      continued: 0,
      marked: 0,
    };
    this.#lines.set(name, line);
    return line;
  }
}
