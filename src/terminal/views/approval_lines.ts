/** Draws an approval: everything that is asked for, the folder, the reason and the keys; pure. */
import type { ApprovalRequest } from "../../core/codex/codex.ts";
import { withVisibleControls } from "../../core/text/control_characters.ts";
import { diffLines } from "../text/diff_lines.ts";
import { type Line, linesOf, span } from "../text/styled_line.ts";
import { wrapped } from "../text/wrap.ts";
import type { Texts } from "../../texts/texts.ts";

const INDENT = "  ";
const FILE_SIGNS = { add: "+", delete: "−", update: "±" } as const;

/**
 * Draws an approval. What is asked for keeps its lines, however long; the rest is wrapped.
 * @param request without secrets
 */
export function approvalLines(
  request: ApprovalRequest,
  { approvals }: Texts,
  columns: number,
): Line[] {
  const { agent, workingDirectory, reason } = request;
  return [
    [span(`? ${approvals.title[request.kind]}`, "warning", "bold")],
    ...subjectLines(request).map((line): Line => [span(INDENT), ...line]),
    ...indented(
      [
        ...(agent === undefined ? [] : [fact(approvals.agent, agent)]),
        ...(workingDirectory === undefined ? [] : [fact(approvals.folder, workingDirectory)]),
        ...(reason === undefined || reason.trim() === "" ? [] : [fact(approvals.reason, reason)]),
        choices([
          approvals.accept,
          approvals.acceptForSession,
          approvals.decline,
          approvals.cancel,
        ]),
      ],
      columns,
    ),
  ];
}

function subjectLines({ changes = [], command, permissions, diff }: ApprovalRequest): Line[] {
  const files = changes.map(({ path, kind }): Line => [
    span(`${FILE_SIGNS[kind]} ${withVisibleControls(path)}`),
  ]);
  const asked = [command, permissions].filter((text) => text !== undefined && text !== "")
    .flatMap((text) => linesOf(withVisibleControls(text ?? ""), "code"));
  const changed = diff === undefined ? [] : diffLines(withVisibleControls(diff.trimEnd()));
  return [...asked, ...files, ...changed];
}

function fact(label: string, text: string): Line {
  return [span(`${label}: `, "dim"), span(withVisibleControls(text).replaceAll("\n", " "))];
}

function indented(lines: readonly Line[], columns: number): Line[] {
  const room = columns - INDENT.length;
  return lines.flatMap((line) => wrapped(line, room)).map((line) => [span(INDENT), ...line]);
}

function choices(names: readonly string[]): Line {
  return names.flatMap((name, index) => [
    ...(index === 0 ? [] : [span(" · ", "dim")]),
    span(String(index + 1), "bold"),
    span(` ${name}`),
  ]);
}
