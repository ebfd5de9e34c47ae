import assert from "node:assert/strict";
import fc from "fast-check";
import { ConfigError, renderConfigError } from "../../src/config/errors.ts";
import { parseConfig } from "../../src/config/load.ts";
import { redact } from "../../src/core/redaction/redact.ts";
import { environmentOf } from "../config/environments.ts";
import { fuzz, index } from "./fuzz.ts";
import { damagedText, textDamages } from "./text_damage.ts";

const TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";
const HOME = "/home/nobody-is-called-so";
const EXAMPLE = Deno.readTextFileSync(new URL("../../conf.toml.example", import.meta.url));
/** The example file with every commented-out key in force, so that more keys can be damaged. */
const FULL = EXAMPLE.replaceAll(/^#(?=[\w[])/gm, "").replace(/^system_prompt_file.*$/m, "");
/** Mistakes that a person might make in the file. */
const SECRET_LINES = [
  `"${TOKEN}"`,
  `[${TOKEN}]`,
  `\nbot_token = "${TOKEN}"\n`,
  `\nenv = ["${TOKEN}", 1]\n`,
];

/** Valid TOML, but mostly a wrong value. */
const WRONG_VALUES = [
  "true",
  "-1",
  "0",
  "1e308",
  "inf",
  "nan",
  "9007199254740993",
  "1979-05-27T07:32:00Z",
  '""',
  '" "',
  '"\\u0000"',
  '"~"',
  '"../../etc"',
  '"__proto__"',
  '"-y \\"open"',
  "'''\nmany\nlines'''",
  "[]",
  "[[], {}]",
  '["42", 42, -100]',
  "{}",
  "{ constructor = 1, __proto__ = 2 }",
  `"${TOKEN}"`,
  `["${TOKEN}"]`,
  "[".repeat(2_000) + "]".repeat(2_000),
];

const wrongValues = fc.array(
  fc.record({ line: index(200), value: fc.constantFrom(...WRONG_VALUES) }),
  { maxLength: 4 },
);

const cases = fc.record({
  full: fc.boolean(),
  wrongValues,
  damages: fc.oneof(fc.constant([]), textDamages),
  secret: fc.constantFrom(...SECRET_LINES),
});

fuzz("parseConfig gives a configuration or a ConfigError, and no secret", cases, async (one) => {
  const sample = withWrongValues(one.full ? FULL : EXAMPLE, one.wrongValues);
  const text = damagedText(sample, one.damages, [one.secret]);
  const environment = environmentOf(HOME, { TELEGRAM_BOT_TOKEN: TOKEN });
  const path = `${HOME}/.codex-orchestrator/conf.toml`;
  const outcome = await parseConfig(text, { path, environment }).catch((error) => error);
  if (outcome instanceof ConfigError) {
    assert.ok(outcome.problems.length > 0);
    assertNoSecret(renderConfigError(outcome));
  } else {
    assert.ok(!(outcome instanceof Error), outcome);
    assert.ok(outcome.profiles.all.has(outcome.profiles.default));
    assertNoSecret(outcome.warnings.join("\n"));
  }
});

/** Checks that no secret is printed: the text is masked first. */
function assertNoSecret(text: string): void {
  const printed = redact(text);
  assert.ok(!printed.includes(TOKEN), printed);
}

function withWrongValues(
  text: string,
  wrong: readonly { readonly line: number; readonly value: string }[],
): string {
  const lines = text.split("\n");
  const assignments = [...lines.keys()].filter((index) => /^\w+ = /.test(lines[index] ?? ""));
  for (const { line, value } of wrong) {
    const index = assignments[line % assignments.length] ?? 0;
    lines[index] = (lines[index] ?? "").replace(/=.*/, () => `= ${value}`);
  }
  return lines.join("\n");
}
