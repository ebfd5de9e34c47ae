/** Draws how things stand when a conversation begins. */
import { sandboxLine } from "../../commands/sandbox.ts";
import type { StatusReport } from "../../core/run/engine.ts";
import { developerSettings } from "../../core/session/settings.ts";
import type { Texts } from "../../texts/texts.ts";
import { type Line, span } from "../text/styled_line.ts";
import { wrapped } from "../text/wrap.ts";

export function welcomeLines(
  report: StatusReport,
  texts: Texts,
  columns: number,
): Line[] {
  const { terminal: { welcome }, commands, notices } = texts;
  const { session, profile, setAside, codex } = report;
  const { model } = developerSettings(profile, session.mode);
  const facts = [
    welcome.mode(session.mode),
    welcome.profile(profile.name),
    ...(model === undefined ? [] : [model]),
    sandboxLine(profile, codex.kind, texts),
  ];
  const exchanges = Math.ceil(session.history.length / 2);
  const lines: Line[] = [
    [span(`${welcome.worksIn} `), span(profile.workingDirectory, "bold")],
    [span(facts.join(" · "), "dim")],
    ...(setAside === undefined
      ? []
      : [[span(`! ${notices.sessionSetAside(setAside)}`, "warning")]]),
    ...(exchanges === 0 ? [] : [[
      span(welcome.goesOn(exchanges), "dim"),
    ]]),
    [span(commands.greeting.more, "dim")],
  ];
  return lines.flatMap((line) => wrapped(line, columns));
}
