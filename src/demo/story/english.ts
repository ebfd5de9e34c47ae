import type { StoryWords } from "./words.ts";

export const ENGLISH: StoryWords = {
  suggestions: [
    {
      part: "job",
      text: "Add a --json option to tally, so that our CI can read the counts",
    },
    { part: "look", text: "What is in this folder?" },
    { part: "explain", text: "How does tally count words?" },
  ],
  planned: "It touches the program, its report, the tests and the README",
  direct: "A question about the project",
  plan: {
    goal: "`tally --json` prints one JSON object; the table stays the default.",
    steps: [
      "Write the report as JSON, beside the table",
      "Add the option",
      "Test the JSON",
      "Describe the option",
    ],
    risk: "Progress lines must not end up in the JSON",
    question: "Should the object have the total of all files?",
    withTotal: "Yes, with a total",
    withoutTotal: "No, the files alone",
  },
  checklist: [
    "See how the table is made",
    "Add the report and the option",
    "Test it",
    "Settle what fails",
  ],
  lookingFirst: "First, a look at how the table is made.",
  testFails:
    "The progress lines get into the JSON for whoever reads both streams. `--json` should be quiet.",
  fixing:
    "The reviewer is right: a quote in a file name ends the string. The README comes along, as its check asks.",
  firstReport: "`tally --json` prints one object, and a test holds its shape.",
  review: {
    suspicion: "What if a file name has a quote in it?",
    summary: "The object is right for plain names, but not for every name.",
    finding: "A file name with a quote makes invalid JSON.",
    evidence: 'For a"b.md, tally --json printed {"file":"…a"b.md"}',
    fix: "Escape quotes and backslashes in names",
    approved: "Names are escaped, a test covers it, and the README mentions the option.",
    nothing: "I see nothing that would have to change.",
  },
  whyInstall: "CI runs tally from a folder beside the project. May I put it there and try it?",
  installed: "Tried from `../ci`, as CI does.",
  notInstalled: "Not put into `../ci`, as you decided.",
  answer: (withTotal, installed) =>
    `## \`tally --json\` works

The counts come as **one JSON object**${
      withTotal ? ", with the total" : ""
    }; the table stays the default.

- \`lib/report.sh\`: \`json\` beside \`table\`; names are escaped
- \`tally\`: the option, without progress lines
- \`tests/json_test.sh\`: two tests
- \`README.md\`: how to call it

| check | result |
| --- | --- |
| tests | 3 passed |
| docs | passed |

${installed}

\`\`\`sh
sh tally --json docs/*.md
\`\`\`

> F1, found in review: quotes in file names broke the JSON. Fixed in round 2.`,
  alreadyThere:
    "`tally --json` is there already. /undo takes it back, and then I can build it once more.",
  look: (files) =>
    `A small shell program that counts words, with its tests:

\`\`\`
${files}
\`\`\`

Get any of them with /file, such as \`/file tally\`.`,
  explain:
    `For each file, \`tally\` asks \`wc -w\` for the number of words, and hands lines of "WORDS FILE" to \`table\` in \`lib/report.sh\`, which aligns them.`,
  tryOne: "Try one of these",
  onlyOneJob:
    "This demo plays one job, by a script: no model reads what you write. Everything else is the real program.",
  nothingNow: "Nothing now",
  sentForYou: "Sent for you.",
  listed: (suggestions) =>
    `This demo plays one job, by a script: no model reads what you write. Everything else is the real program. Send one of these:\n\n${
      suggestions.map((text) => `- ${text}`).join("\n")
    }`,
  added: (text) => `Noted: “${text}”. The script of this demo goes on all the same.`,
};
