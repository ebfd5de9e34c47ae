/** What is said of checks, whose names may be any command. */
import assert from "node:assert/strict";
import { renderMarkdown } from "../../src/bot/render/markdown.ts";
import type { CheckedCommand } from "../../src/core/checks/check.ts";
import { checkedMarkdown, findingMessage } from "../../src/texts/check_texts.ts";
import { textsFor } from "../../src/texts/texts.ts";

for (
  const name of [
    'pytest -k "*a* or *b*" tests/__x__',
    "go test ./... && echo `date`",
    'eslint "src/**" --fix "lib/**"',
    "a <b> &lt; [t](u) ~~c~~ \\* $x$",
  ]
) {
  Deno.test(`the name of a check is shown as it is: ${name}`, () => {
    const checked: CheckedCommand = {
      name,
      command: name,
      status: "failed",
      exitCode: 1,
      latencyMs: 5,
      tail: "a `b`\n```\nc",
    };
    for (const language of ["en", "ko"] as const) {
      const texts = textsFor(language);
      const shown = renderMarkdown(checkedMarkdown([checked], texts)).text;
      assert.equal(shown, `✘ ${name}\n\n${checked.tail}`);
      const origin = { type: "check", name, exitCode: 1 } as const;
      const found = renderMarkdown(findingMessage({ origin, message: "" }, texts)).text;
      assert.ok(found.includes(name), found);
      const report = { type: "report", command: name, exitCode: 1 } as const;
      const said = renderMarkdown(findingMessage({ origin: report, message: "" }, texts)).text;
      assert.ok(said.includes(name), said);
    }
  });
}
