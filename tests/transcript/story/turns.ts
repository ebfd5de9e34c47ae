/** Scripts the model of the recorded run, role by role. */
import type { Turns } from "../../e2e/plan_script.ts";
import type { Step } from "../../support/responses_api.ts";
import { ADD_JSON, ADD_TESTS, FIX_PROGRESS } from "./project.ts";
import type { Moment, Words } from "./words.ts";

/** How long the model takes to answer, so that the chat shows each step. */
const THINKING_MS = 5_000;

const TEST = "deno test --allow-read --allow-run";

export function storyTurns(
  words: Words,
  mark: (moment: Moment) => void,
): Readonly<Record<string, Turns>> {
  return {
    selector: [[slowly({ message: JSON.stringify({ mode: "plan", reason: words.reason }) })]],
    planner: [[
      slowly({ command: "ls src tests" }),
      slowly({ message: words.plan }, () => mark("planning")),
    ]],
    developer: [firstRound(words, mark), secondRound(words)],
    reviewer: [
      [
        slowly({ command: "git diff" }),
        slowly(changesWanted(words), () => mark("reviewing")),
      ],
      [
        slowly({ command: TEST }),
        slowly({ message: verdict("approved", words.approved, []) }),
      ],
    ],
  };
}

function firstRound(words: Words, mark: (moment: Moment) => void): Step[] {
  return [
    slowly({
      all: [
        { message: words.lookingFirst, phase: "commentary" },
        checklist(words, 0),
        { command: "grep -rn asTable src tests" },
      ],
    }),
    slowly({ all: [checklist(words, 1), { patch: ADD_JSON }] }),
    slowly({ all: [{ patch: ADD_TESTS }, checklist(words, 2), { command: TEST }] }),
    slowly({ message: "Done." }, () => mark("developing")),
  ];
}

function secondRound(words: Words): Step[] {
  return [
    slowly({
      all: [{ message: words.fixing, phase: "commentary" }, checklist(words, 2), {
        patch: FIX_PROGRESS,
      }],
    }),
    slowly({ command: TEST }),
    slowly({
      all: [checklist(words, 3), {
        command: 'git commit -am "feat: tally --json"',
        escalated: words.whyAsk,
      }],
    }),
    slowly({ message: words.answer }),
  ];
}

function changesWanted({ review }: Words): Step {
  const finding = { severity: "major", file: "src/main.ts", message: review.finding };
  return { message: verdict("needs_changes", review.summary, [finding]) };
}

function verdict(verdict: string, summary: string, findings: readonly unknown[]): string {
  return JSON.stringify({ verdict, summary, findings });
}

/** @param current index of the step in progress */
function checklist(
  { checklist }: Words,
  current: number,
): { readonly plan: readonly { readonly step: string; readonly status: string }[] } {
  const statusOf = (index: number): string => {
    if (index === current) return "in_progress";
    return index < current ? "completed" : "pending";
  };
  return { plan: checklist.map((step, index) => ({ step, status: statusOf(index) })) };
}

/** @param before called before the step is played */
function slowly(then: Step, before?: () => void): Step {
  return {
    // A getter, so that the time begins when the step's turn has come.
    get until(): Promise<void> {
      return new Promise<void>((resolve) => setTimeout(resolve, THINKING_MS)).then(before);
    },
    then,
  };
}
