/** Draws how things stand when a conversation begins. */
import type { StatusReport } from "../../core/run/engine.ts";
import { developerSettings } from "../../core/session/settings.ts";
import type { Texts } from "../../texts/texts.ts";
import { type Line, span } from "../text/styled_line.ts";
import { wrapped } from "../text/wrap.ts";

export function welcomeLines(
  report: StatusReport,
  { terminal: { welcome }, commands, notices }: Texts,
  columns: number,
): Line[] {
  const { session, profile, setAside } = report;
  const { model } = developerSettings(profile, session.mode);
  const facts = [
    welcome.mode(session.mode),
    welcome.profile(profile.name),
    ...(model === undefined ? [] : [model]),
    `${profile.sandbox}, ${profile.approvalPolicy}`,
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
