/** What the echo says: the shape that was asked for, or the request itself, loudly marked. */
import type { PlanStep, TurnInput } from "../../core/codex/codex.ts";

export interface EchoAnswer {
  readonly text: string;
  readonly plan?: readonly PlanStep[];
}

/** Short: the chat adds what it means, in the language of the person. */
const MARK = "[ECHO]";
/** A request of this many words is taken for one that deserves a plan. */
const MANY_WORDS = 25;
const BUILDING =
  /\b(?:add|build|create|feature|implement|migrate|plan|redesign|refactor|rewrite)\b|구현|기능|여러|리팩|추가|만들/i;

export function echoAnswer({ text, outputSchema }: TurnInput): EchoAnswer {
  const asked = propertiesOf(outputSchema);
  if (asked.includes("mode")) return { text: selection(text) };
  if (asked.includes("verdict")) return { text: review(text) };
  if (/^# (?:Review of|Findings)/m.test(text)) {
    return { text: `${MARK}\n\nrevised: the review asked for it\n\n${quoted(shortened(text))}` };
  }
  return {
    text: `${MARK}\n\n${shortened(text)}`,
    plan: [
      { text: "Read the request", status: "completed" },
      { text: "Say it again", status: "in_progress" },
    ],
  };
}

function selection(text: string): string {
  const request = sectionOf(text, "Request");
  const plan = BUILDING.test(request) || request.split(/\s+/).length >= MANY_WORDS;
  return JSON.stringify(
    plan
      ? { mode: "plan", reason: "the request speaks of building something" }
      : { mode: "single", reason: "a short request" },
  );
}

function review(text: string): string {
  return JSON.stringify(
    /^revised: /m.test(text)
      ? { verdict: "approved", summary: "The echo was revised", findings: [] }
      : {
        verdict: "needs_changes",
        summary: "An example of a review that asks for changes",
        findings: [{ severity: "major", file: null, message: "say that this was revised" }],
      },
  );
}

function propertiesOf(schema: TurnInput["outputSchema"]): string[] {
  const properties = schema?.properties;
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}

/** The part of the text under a heading; the whole text where there is none. */
function sectionOf(text: string, title: string): string {
  const start = text.lastIndexOf(`# ${title}\n`);
  return start < 0 ? text : text.slice(start + title.length + 3);
}

/** The review without its title, which everybody has seen in the status message. */
function quoted(review: string): string {
  const lines = review.split("\n").filter((line) => !line.startsWith("# Review of"));
  return lines.join("\n").trim().split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
}

function shortened(text: string): string {
  return text.length <= 1_500 ? text : `${text.slice(0, 1_500)} …`;
}
