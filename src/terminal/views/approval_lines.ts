/** Draws an approval: everything that is asked for, the folder, the reason and the keys; pure. */
import {
  type ApprovalRequest,
  choicesOf,
  type Permissions,
  prefixText,
  type ToolApproval,
} from "../../core/codex/approval.ts";
import { unreachable } from "../../core/errors.ts";
import { withVisibleControls } from "../../core/text/control_characters.ts";
import { diffLines } from "../text/diff_lines.ts";
import { type Line, linesOf, span } from "../text/styled_line.ts";
import { wrapped } from "../text/wrap.ts";
import { approvalTitle, choiceText, permissionLines } from "../../texts/approval_texts.ts";
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
    [span(`? ${approvalTitle(request, approvals)}`, "warning", "bold")],
    ...subjectLines(request, approvals).map((line): Line => [span(INDENT), ...line]),
    ...indented(
      [
        ...(agent === undefined ? [] : [fact(approvals.agent, agent)]),
        ...(workingDirectory === undefined ? [] : [fact(approvals.folder, workingDirectory)]),
        ...(reason === undefined || reason.trim() === "" ? [] : [fact(approvals.reason, reason)]),
        ...ruleLines(request, approvals),
        choices(
          choicesOf(request).map((choice) => visible(choiceText(choice, request, approvals))),
        ),
      ],
      columns,
    ),
  ];
}

function subjectLines(request: ApprovalRequest, approvals: Texts["approvals"]): Line[] {
  switch (request.kind) {
    case "command": {
      const { command = "", host, permissions } = request;
      return [
        ...(command === "" ? [] : linesOf(withVisibleControls(command), "code")),
        ...(host === undefined ? [] : [[span(approvals.host(visible(host)))]]),
        ...(permissions === undefined
          ? []
          : [[span(`${approvals.withPermissions}:`)], ...rightLines(permissions, approvals)]),
      ];
    }
    case "files": {
      const { changes = [], diff = "", grantRoot } = request;
      const files = changes.map(({ path, kind }): Line => [
        span(`${FILE_SIGNS[kind]} ${visible(path)}`),
      ]);
      return [
        ...files,
        ...(diff === "" ? [] : diffLines(withVisibleControls(diff.trimEnd()))),
        ...(grantRoot === undefined
          ? []
          : [[span(`! ${approvals.grantRoot(visible(grantRoot))}`, "warning")]]),
      ];
    }
    case "permissions":
      return rightLines(request.permissions, approvals);
    case "tool":
      return toolLines(request, approvals);
    default:
      return unreachable(request);
  }
}

function rightLines(permissions: Permissions, approvals: Texts["approvals"]): Line[] {
  return permissionLines(permissions, approvals).map(({ label, text }) => fact(label, text));
}

function toolLines(
  { server, tool, description = "", parameters, hints }: ToolApproval,
  approvals: Texts["approvals"],
): Line[] {
  const said = hints.map((hint) => approvals.hints[hint]).join(", ");
  return [
    fact(approvals.server, server),
    fact(approvals.tool, tool),
    ...(description.trim() === "" ? [] : [[span(visible(description))]]),
    ...parameters.map(({ name, value }) => fact(name, value)),
    ...(said === "" ? [] : [[span(approvals.serverSays(said), "dim")]]),
  ];
}

/** Spells out a rule that its choice has no room for. */
function ruleLines(request: ApprovalRequest, approvals: Texts["approvals"]): Line[] {
  return choicesOf(request).flatMap((choice) => {
    if (choice.decision !== "accept-prefix") return [];
    const prefix = visible(prefixText(choice.prefix));
    const isWhole = choiceText(choice, request, approvals).includes(prefix);
    return isWhole ? [] : [[span(approvals.acceptPrefix(prefix))]];
  });
}

function visible(text: string): string {
  return withVisibleControls(text).replaceAll("\n", " ");
}

export function fact(label: string, text: string): Line {
  return [span(`${visible(label)}: `, "dim"), span(visible(text))];
}

export function indented(lines: readonly Line[], columns: number): Line[] {
  const room = columns - INDENT.length;
  return lines.flatMap((line) => wrapped(line, room)).map((line) => [span(INDENT), ...line]);
}

export function choices(names: readonly string[]): Line {
  return names.flatMap((name, index) => [
    ...(index === 0 ? [] : [span(" · ", "dim")]),
    span(String(index + 1), "bold"),
    span(` ${name}`),
  ]);
}
