/** Draws a recording as Markdown to read from top to bottom, look by look. */
import type { Look, RecordedMessage, Recording } from "./recording.ts";
import type { PageWords } from "./story/words.ts";

interface TextPageOptions {
  readonly words: PageWords;
  readonly person: string;
  /** Relative path of the picture. */
  readonly picture: string;
}

export function drawTextPage(recording: Recording, options: TextPageOptions): string {
  const { words, picture } = options;
  const looks = recording.messages.flatMap((message) =>
    message.looks.map((look, index) => ({ message, look, before: message.looks[index - 1] }))
  ).sort((a, b) => a.look.at - b.look.at);
  const began = looks[0]?.look.at ?? 0;
  const entries = looks.map(({ message, look, before }) => {
    const seconds = ((look.at - began) / 1000).toFixed(1);
    const title = `**${seconds} s** · ${titleOf(message, look, before, options)}`;
    return before !== undefined && isSameBut("reactions", look, before)
      ? `${title} ${look.reactions.join(" ")}`
      : `${title}\n\n${fenced(bodyOf(message, look))}`;
  });
  return [`# ${words.title}`, words.introduction, `![](${picture})`, ...entries].join("\n\n") +
    "\n";
}

function titleOf(
  { id, byBot, silent, replyTo }: RecordedMessage,
  look: Look,
  before: Look | undefined,
  { words, person }: TextPageOptions,
): string {
  const facts = [
    `${byBot ? words.bot : person} #${id}`,
    ...(replyTo === undefined ? [] : [`→ #${replyTo}`]),
    ...(before === undefined && byBot ? [silent ? words.silent : words.rings] : []),
    ...(before === undefined || isSameBut("reactions", look, before) ? [] : [words.edited]),
  ];
  return facts.join(" · ");
}

function bodyOf({ document }: RecordedMessage, { text, buttons, deleted }: Look): string {
  const file = document === undefined ? "" : `[${document.name}, ${document.size} B]\n`;
  const rows = buttons.map((row) => `\n${row.map(({ text }) => `[ ${text} ]`).join(" ")}`);
  return deleted ? "✗" : file + text + rows.join("");
}

/** Fences the text with more backticks than it contains. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

function isSameBut(name: keyof Look, look: Look, before: Look): boolean {
  const rest = { at: 0, [name]: null };
  return JSON.stringify({ ...look, ...rest }) === JSON.stringify({ ...before, ...rest });
}
