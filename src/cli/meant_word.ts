/** What was probably meant by a word that the command line does not know. */
import type { Message } from "@optique/core/message";
import { suggestSync } from "@optique/core/parser";
import { nearMiss } from "../core/text/near_names.ts";
import { commandLine } from "./commands/table.ts";

/** Known beside what the commands themselves describe. */
const ALWAYS = ["--help"];
const AT_THE_BEGINNING = ["--version", "help", "completion"];
/** A single letter is like every other one. */
const SHORTEST = 3;

/** @returns the complaint with what was probably meant, in place of what the parser thinks was */
export function unexpectedWord(
  problem: Message,
  written: readonly string[],
): string | undefined {
  const [lead, term] = problem;
  if (lead?.type !== "text" || term?.type !== "optionName") return undefined;
  if (!lead.text.startsWith("Unexpected option or")) return undefined;
  const word = term.optionName;
  const meant = meantWord(word, written.slice(0, Math.max(0, written.indexOf(word))));
  const complaint = `${lead.text}${word}.`;
  return meant === undefined ? complaint : `${complaint} Did you mean ${meant}?`;
}

function meantWord(word: string, before: readonly string[]): string | undefined {
  if (word.length < SHORTEST) return undefined;
  const known = ["", "--"].flatMap((begun) => completions(before, begun));
  const more = before.length === 0 ? [...ALWAYS, ...AT_THE_BEGINNING] : ALWAYS;
  return nearMiss(word, [...known, ...more]);
}

/** As a shell is told them. */
function completions(before: readonly string[], begun: string): readonly string[] {
  const [first, ...more] = [...before, begun];
  if (first === undefined) return [];
  return suggestSync(commandLine, [first, ...more]).flatMap((suggestion) =>
    suggestion.kind === "literal" ? [suggestion.text] : []
  );
}
