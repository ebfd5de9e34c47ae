/** Writes what the reviewer is given for a review on demand; pure. */
import type { ReviewSubject } from "../core/run/review_subject.ts";
import type { RunRequest } from "../core/run/workflow.ts";
import type { HistoryEntry } from "../core/session/session.ts";
import type { Commit } from "../core/workspace/workspace.ts";
import { conversationText } from "./prompts.ts";
import { fencedSections } from "./review_prompt.ts";

export interface OnDemandParts {
  readonly about: Pick<ReviewSubject, "kind" | "name" | "focus">;
  readonly language: RunRequest["language"];
  readonly history: readonly HistoryEntry[];
  readonly material: { readonly files: string; readonly diff: string };
  readonly commits: readonly Commit[];
}

export function onDemandPrompt(
  { about, language, history, material, commits }: OnDemandParts,
): string {
  const earlier = conversationText(history);
  const made = commits.map(({ id, subject }) => `- ${id} ${subject}`).join("\n");
  const sections = fencedSections([
    ...(earlier === undefined ? [] : [["Conversation before", earlier] as const]),
    ["What a person wants reviewed", subjectText(about)],
    ...(about.focus === undefined
      ? []
      : [["What to look at, in their words", about.focus] as const]),
    ...(made === "" ? [] : [["Commits, newest first", made] as const]),
    ["Changed files", material.files],
    ["Change", material.diff],
  ]);
  return `A person asks for a review of a change that exists already. There is no plan and no report: hold it against what it is evidently meant to do. ${
    LANGUAGE[language ?? "en"]
  }

${sections}`;
}

const LANGUAGE = {
  en: "Write in English, unless the conversation or their words are in another language.",
  ko: "Write in Korean.",
} as const;

/** Names what is reviewed, for agents. */
export function subjectText({ kind, name = "" }: OnDemandParts["about"]): string {
  switch (kind) {
    case "uncommitted":
      return "The uncommitted work: what is staged, unstaged and untracked";
    case "branch":
      return `What the checked-out branch adds to ${name}, without uncommitted work`;
    case "commit":
      return `The commit ${name}`;
    case "range":
      return `What ${name} adds, as a pull request shows it`;
    case "last":
      return "What the latest request of the conversation has changed";
  }
}
