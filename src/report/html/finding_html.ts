/** Draws a finding: where it is, what goes wrong, how it was seen, and what became of it. */
import { withoutControls } from "../../core/text/control_characters.ts";
import type { Finding } from "../../core/run/events.ts";
import type { FindingHistory } from "../finding_history.ts";
import type { PageWords } from "../page_words.ts";
import type { RunHistory } from "../run_history.ts";
import { type Html, markup, type Part } from "./html.ts";
import { markdownHtml } from "./markdown_html.ts";

export function findingHtml(
  { finding, states }: FindingHistory,
  { workingDirectory: folder }: Pick<RunHistory, "workingDirectory">,
  words: PageWords,
): Html {
  const { id, message, evidence, fix } = finding;
  const history = states.map(({ round, state }) => words.inRound(words.state[state], round));
  return markup`<li class="finding">${findingChip(finding, words)}<div><p><b>${
    withoutControls(id)
  }</b> ${place(finding)}</p>${markdownHtml(message, folder)}${
    labelled(words.seen, evidence, folder)
  }${labelled(words.fix, fix, folder)}<p class="faint">${history.join(" · ")}</p></div></li>`;
}

/** How grave it is, or what became of it. */
export function findingChip({ severity, state }: Finding, words: PageWords): Html {
  const [kind, text] = state === "open"
    ? [severity, words.severity[severity]]
    : ["good", words.state[state]];
  return markup`<span class="chip ${kind}">${text}</span>`;
}

function labelled(label: string, text: string | undefined, folder: string | undefined): Part {
  if (text === undefined) return undefined;
  return markup`<div class="faint"><b>${label}</b>${markdownHtml(text, folder)}</div>`;
}

/** `src/a.ts:3-5`, where it is known. */
function place({ file, lines }: Finding): Part {
  if (file === undefined) return undefined;
  const at = lines === undefined
    ? ""
    : `:${lines.from}${lines.to > lines.from ? `-${lines.to}` : ""}`;
  return markup`<code>${withoutControls(file)}${at}</code>`;
}
