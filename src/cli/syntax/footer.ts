/** What stands below the options in the help of a command. */
import { lineBreak, type Message } from "@optique/core/message";

export interface FooterSection {
  readonly title: string;
  /** Shown as they are; up to 76 columns, so that they survive a terminal of 80. */
  readonly lines: readonly string[];
}

/** The sections one below the other, a line each, indented. */
export function footer(...sections: readonly FooterSection[]): Message {
  return sections.flatMap(({ title, lines }, index) => [
    ...(index === 0 ? [] : [lineBreak(), lineBreak()]),
    { type: "text", text: `${title}:` } as const,
    ...lines.flatMap((line) => [lineBreak(), { type: "text", text: `  ${line}` } as const]),
  ]);
}

/** The section that most commands need only. */
export function examples(...lines: readonly string[]): Message {
  return footer({ title: "Examples", lines });
}
