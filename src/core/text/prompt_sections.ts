/**
 * Writes the inputs of agents, as sections under headings, and reads the person's request back from
 * one, as people recognize a conversation by it.
 */

export type PromptSection = readonly [title: string, body: string];

/** Stand above what a person asked, or above sections that hold it. */
export const REQUEST_HEADINGS = { request: "Request", again: "What you were asked" } as const;
/** Stand before the request. */
export const FOREWORD_HEADINGS = {
  conversation: "Conversation so far",
  interrupted: "You were interrupted",
  meanwhile: "Since your last answer",
} as const;
/** Stands behind the request. */
export const PLAN_HEADING = "Plan to carry out";

const FOREWORD = headingPattern(Object.values(FOREWORD_HEADINGS), "^");
const REQUEST = headingPattern(Object.values(REQUEST_HEADINGS), "^");
const LATER_REQUEST = headingPattern(Object.values(REQUEST_HEADINGS), "\\n");
const PLAN = headingPattern([PLAN_HEADING], "\\n");

export function writeSections(...parts: readonly (PromptSection | undefined)[]): string {
  return parts.filter((part) => part !== undefined)
    .map(([title, body]) => `# ${title}\n\n${body.trim() === "" ? "(none)" : body.trim()}`)
    .join("\n\n");
}

/**
 * The person's request in a developer's input; any other text is returned as it is. The input may be
 * cut off anywhere; then it is what is left of the request, or of the conversation before it.
 */
export function requestIn(text: string): string {
  const heading = FOREWORD.exec(text);
  if (heading !== null) {
    const later = LATER_REQUEST.exec(text);
    if (later === null) return text.slice(heading[0].length).replace(/^(?:Person|You): /, "");
    return requestIn(text.slice(later.index + 1));
  }
  const request = REQUEST.exec(text);
  if (request === null) return text;
  const body = text.slice(request[0].length);
  return requestIn(body.slice(0, PLAN.exec(body)?.index)).trim();
}

function headingPattern(titles: readonly string[], before: "^" | "\\n"): RegExp {
  return new RegExp(`${before}# (?:${titles.join("|")})\\n\\s*`);
}
