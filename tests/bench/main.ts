/**
 * `deno task bench [--quick] [--write] [ROW ...]`: measures the program beside Codex alone, in the same
 * run, and prints tables in Markdown; `--write` puts them into docs/performance.md.
 */
import { ROWS } from "./rows.ts";
import { tableOf, writeRow } from "./page.ts";

const wanted = Deno.args.filter((argument) => !argument.startsWith("--"));
const quick = Deno.args.includes("--quick");
const unknown = [
  ...wanted.filter((name) => ROWS.every((row) => row.name !== name)),
  ...Deno.args.filter((argument) =>
    argument.startsWith("--") && !["--quick", "--write"].includes(argument)
  ),
];
if (unknown.length > 0) {
  const known = ROWS.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join("\n");
  await print(
    `There is no ${unknown.join(", ")}. There are --quick, --write and these rows:\n${known}`,
  );
  Deno.exit(2);
}
await print(
  `Deno ${Deno.version.deno}, ${Deno.build.target}, ${navigator.hardwareConcurrency} cores`,
);
for (const row of ROWS) {
  const { name, about, isLong = false } = row;
  if (wanted.length > 0 ? !wanted.includes(name) : quick && isLong) continue;
  const before = Deno.loadavg()[0] ?? 0;
  const figures = await row.measure({ quick });
  const load = [before, Deno.loadavg()[0] ?? 0].map((each) => each.toFixed(1)).join(" to ");
  await print(`\n${name}: ${about} (load ${load})\n\n${tableOf(figures).join("\n")}`);
  if (Deno.args.includes("--write")) await writeRow(name, figures, load);
}

async function print(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}
