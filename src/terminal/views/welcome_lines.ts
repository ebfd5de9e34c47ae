/** How things stand when a conversation begins. */
import type { StatusReport } from "../../core/run/engine.ts";
import { developerSettings } from "../../core/session/settings.ts";
import { type Line, span } from "../text/styled_line.ts";
import { wrapped } from "../text/wrap.ts";

export function welcomeLines(report: StatusReport, columns: number): Line[] {
  const { session, profile, setAside } = report;
  const { model } = developerSettings(profile, session.mode);
  const facts = [
    `${session.mode} mode`,
    `profile ${profile.name}`,
    ...(model === undefined ? [] : [model]),
    `${profile.sandbox}, ${profile.approvalPolicy}`,
  ];
  const exchanges = Math.ceil(session.history.length / 2);
  const lines: Line[] = [
    [span("Codex works in "), span(profile.workingDirectory, "bold")],
    [span(facts.join(" · "), "dim")],
    ...(setAside === undefined
      ? []
      : [[span(`! The former conversation was damaged; it is kept as ${setAside}`, "warning")]]),
    ...(exchanges === 0 ? [] : [[
      span(`The conversation goes on (${exchanges} so far); /new begins another.`, "dim"),
    ]]),
    [span("/help shows what there is.", "dim")],
  ];
  return lines.flatMap((line) => wrapped(line, columns));
}
