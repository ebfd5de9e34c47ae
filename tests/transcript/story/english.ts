import type { Words } from "./words.ts";

export const ENGLISH: Words = {
  language: "en",
  person: "Ann",
  request:
    "Add a --json option to tally so that our CI can read the counts. The table stays the default.",
  reason: "It touches the command line, the report and its tests",
  plan:
    "Goal: `tally --json` prints one JSON object.\n\n1. Read src/main.ts and src/report.ts\n2. Add asJson beside asTable and the option\n3. Test the shape of the object\n4. Commit",
  checklist: [
    "Find where the counts are printed",
    "Add asJson and the --json option",
    "Test the JSON report",
    "Commit",
  ],
  lookingFirst: "First, a look at how the table is made.",
  fixing: "The reviewer is right: progress lines belong on standard error.",
  review: {
    summary: "The object is right, but standard output has more than the object.",
    finding:
      '"reading …" still goes to standard output, so CI gets invalid JSON. Write it to standard error.',
  },
  approved: "The output is pure JSON now, and a test covers it.",
  whyAsk: "The .git folder is read-only for me; the work is done and tested.",
  answer: `## \`tally --json\` works

The counts now come as **one JSON object**; the table stays the default.

- \`src/report.ts\`: \`asJson()\` beside \`asTable()\`
- \`src/main.ts\`: the option, and progress goes to *standard error*
- \`tests/report_test.ts\`: two more tests

| check | result |
| --- | --- |
| tests | 3 passed |
| types | clean |

In CI:

\`\`\`sh
tally --json docs/*.md | jq .total
\`\`\`

> Found in review: progress lines ended up in the JSON. Fixed in round 2.`,
  captions: [
    "One message that keeps itself up to date",
    "It asks before it leaves the sandbox",
    "Reviewed and done: the answer notifies you",
  ],
  page: {
    title: "Building a feature from the phone",
    introduction:
      "A plan run as the chat shows it: the real program, a real Codex, a scripted model. Recorded by `deno task docs:transcript`.",
    edited: "edited",
    after: (seconds) => `after ${seconds} s`,
    silent: "silent",
    rings: "with sound",
    bot: "Codex",
    field: "Message",
  },
};
