/** Names conversations: by what a person calls them, or by the first words of the first request. */
import { onOneLine } from "../text/short_text.ts";
import type { Session } from "./session.ts";

/** UTF-16 units; what a phone shows in a line or two. */
const NAME_LIMIT = 80;
/** Marks of Markdown in front of the words of a line. */
const MARKS = /^[#>*+\s-]+/;

/** Makes a name of what a person typed: one line of bounded length. May be empty. */
export function nameTyped(text: string): string {
  return onOneLine(text, NAME_LIMIT);
}

/** Takes the first line of the request that says something. May be empty. */
export function nameFromRequest(prompt: string): string {
  const lines = prompt.split("\n").map((line) => line.replace(MARKS, "").trim());
  const first = lines.find((line) => /[\p{L}\p{N}]/u.test(line)) ?? "";
  if (first.length <= NAME_LIMIT) return onOneLine(first, NAME_LIMIT);
  // Cut at a blank where there is one: half a secret is not recognized.
  const whole = first.slice(0, NAME_LIMIT).replace(/\s+\S*$/, "");
  return onOneLine(`${whole} …`, NAME_LIMIT);
}

/** Names the session's conversation after its first request, unless it has a name. */
export function withName(session: Session, prompt: string): Session {
  if (session.name !== undefined) return session;
  const name = nameFromRequest(prompt);
  return name === "" ? session : { ...session, name };
}
