/** The texts of the scripted job in one language. */

/** A message that a person may send. */
export interface Suggestion {
  /** What the script plays to it. */
  readonly part: "job" | "look" | "explain";
  readonly text: string;
}

export interface StoryWords {
  readonly suggestions: readonly Suggestion[];
  /** Why the selector wants a plan, or none. */
  readonly planned: string;
  readonly direct: string;
  readonly plan: {
    readonly goal: string;
    readonly steps: readonly [report: string, option: string, test: string, docs: string];
    readonly risk: string;
    readonly question: string;
    readonly withTotal: string;
    readonly withoutTotal: string;
  };
  readonly checklist: readonly [look: string, build: string, test: string, fix: string];
  readonly lookingFirst: string;
  readonly testFails: string;
  readonly fixing: string;
  readonly firstReport: string;
  readonly review: {
    readonly suspicion: string;
    readonly summary: string;
    readonly finding: string;
    readonly evidence: string;
    readonly fix: string;
    readonly approved: string;
    readonly nothing: string;
  };
  readonly whyInstall: string;
  readonly installed: string;
  readonly notInstalled: string;
  /** The final answer, in Markdown. */
  readonly answer: (withTotal: boolean, installed: string) => string;
  readonly alreadyThere: string;
  readonly look: (files: string) => string;
  readonly explain: string;
  /** To what the script does not know. */
  readonly onlyOneJob: string;
  readonly tryOne: string;
  readonly nothingNow: string;
  readonly sentForYou: string;
  readonly listed: (suggestions: readonly string[]) => string;
  readonly added: (text: string) => string;
}
