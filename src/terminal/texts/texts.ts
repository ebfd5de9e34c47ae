/** What the terminal says while work goes on; what commands answer is English, as is the command line. */
import type { OutcomeTexts } from "../../core/run/outcome_texts.ts";
import type { FactTexts } from "../../core/run/run_facts.ts";
import type { QuestionWords, RunWords } from "../../core/run/run_words.ts";
import { EN } from "./en.ts";
import { KO } from "./ko.ts";

export type Language = "en" | "ko";

export interface Texts extends FactTexts {
  readonly run: OutcomeTexts & RunWords & {
    readonly stopping: string;
    readonly continued: string;
    readonly suspended: string;
    /** A request that waits its turn. */
    readonly queued: (position: number) => string;
    readonly waiting: (count: number) => string;
    readonly added: string;
    readonly interrupted: string;
    readonly old: string;
    readonly typed: (id: string) => string;
    readonly echo: string;
  };
  readonly approvals: QuestionWords & {
    /** In the order of their keys, from 1. */
    readonly choices: readonly [once: string, session: string, deny: string, stop: string];
    readonly prompt: string;
    readonly notUnderstood: string;
    readonly decided: Readonly<
      Record<"accept" | "accept-for-session" | "decline" | "cancel", string>
    >;
    readonly timedOut: string;
    readonly nobody: string;
    readonly noLongerNeeded: string;
  };
  readonly notices: {
    readonly sessionSetAside: (file: string) => string;
    readonly sessionNotKept: (reason: string) => string;
    readonly notReady: (reason: string) => string;
  };
}

export function textsFor(language: Language): Texts {
  return { en: EN, ko: KO }[language];
}
