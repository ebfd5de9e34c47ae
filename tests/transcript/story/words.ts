/** The texts of the recorded run in one language. */
export interface Words {
  readonly language: "en" | "ko";
  /** The person's name in the chat. */
  readonly person: string;
  readonly request: string;
  /** Why the selector wants a plan. */
  readonly reason: string;
  /** What the planner writes. */
  readonly plan: string;
  /** The developer's checklist. */
  readonly checklist: readonly [look: string, build: string, test: string, commit: string];
  readonly lookingFirst: string;
  readonly fixing: string;
  readonly review: { readonly summary: string; readonly finding: string };
  readonly approved: string;
  /** Why the developer asks for an approval. */
  readonly whyAsk: string;
  /** The final answer, in Markdown. */
  readonly answer: string;
  /** Over the columns of the picture. */
  readonly captions: readonly [working: string, asking: string, done: string];
  readonly page: PageWords;
}

/** The moments of the run that are pictured. */
export type Moment = "planning" | "developing" | "reviewing" | "asking" | "done";

export interface PageWords {
  readonly title: string;
  readonly introduction: string;
  readonly edited: string;
  /** How long after the request, e.g. `after 30 s`. */
  readonly after: (seconds: number) => string;
  readonly silent: string;
  readonly rings: string;
  readonly bot: string;
  readonly field: string;
}
