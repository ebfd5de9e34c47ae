/** Draws the message that asks for an approval: command or diff, folder, reason and buttons. */
import type { ApprovalAnswer } from "../../core/chat/chat.ts";
import {
  type ApprovalDecision,
  type ApprovalRequest,
  choicesOf,
  type FilesApproval,
  isAllowed,
  type Permissions,
  permissionsNote,
  prefixText,
  type ToolApproval,
  toolNote,
} from "../../core/codex/approval.ts";
import { unreachable } from "../../core/errors.ts";
import { withVisibleControls } from "../../core/text/control_characters.ts";
import { onOneLine, shortened } from "../../core/text/short_text.ts";
import { subjectOf } from "../../core/run/run_log.ts";
import {
  approvalTitle,
  choiceText,
  decidedText,
  permissionLines,
} from "../../texts/approval_texts.ts";
import { formatDuration } from "../../core/text/duration.ts";
import type { Texts } from "../../texts/texts.ts";
import type { Button, Buttons } from "../outbox/outgoing.ts";
import { withoutUnmeantLinks } from "../render/unmeant_links.ts";
import { type FormattedText, plainText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Pending } from "./person_request.ts";

/** An approval that waits for a person's answer. */
export interface PendingApproval extends Pending {
  readonly request: ApprovalRequest;
  readonly expiresAt: Date;
  readonly settle: (answer: ApprovalAnswer) => void;
}

/** Characters shown in the message itself; the rest is in a file. */
const SHOWN_LIMIT = 900;
const REASON_LIMIT = 500;
const AGENT_LIMIT = 60;
const DESCRIPTION_LIMIT = 300;
const VALUE_LIMIT = 250;
const PATH_LIMIT = 160;
const NAME_LIMIT = 60;
/** No further line begins behind it: a message has room for 4,096 characters. */
const LINES_LIMIT = 1_800;
const MOST_FILES = 10;
const MOST_PARAMETERS = 12;
const MOST_RIGHTS = 20;
const RULE_LIMIT = 400;
const SUBJECT_LIMIT = 200;
const DECISION_SIGNS: Readonly<Record<ApprovalAnswer["decision"], string>> = {
  accept: "✅",
  "accept-for-session": "✅",
  "accept-always": "✅",
  "accept-prefix": "✅",
  "accept-host": "✅",
  decline: "⛔",
  "decline-host": "⛔",
  cancel: "⏹",
};

/** @returns `complete` false when the rest is in a file */
export function drawApproval(
  { request, texts, shortId, expiresAt }: PendingApproval,
): { readonly text: FormattedText; readonly complete: boolean } {
  const builder = new TextBuilder();
  builder.text("✋ ").bold(approvalTitle(request, texts.approvals)).line();
  const complete = drawSubject(builder, request, texts) && cutPlaces(request).length === 0;
  if (!complete) builder.line(texts.approvals.wholeInFile(fileNameOf(request)));
  drawContext(builder, request, texts);
  drawRule(builder, request, texts);
  builder.text(`${texts.approvals.expires}: `).relativeTime(expiresAt, timeOf(expiresAt)).line();
  builder.line().sentence(texts.approvals.typed(shortId));
  return { text: withoutUnmeantLinks(builder.build()), complete };
}

/** Draws an approval that was settled. @param at when; shown in the reader's time zone */
export function drawSettled(
  { request, texts, askedAt, expiresAt }: PendingApproval,
  { decision, who }: ApprovalAnswer,
  at: Date,
): FormattedText {
  const { decidedBy, timedOut } = texts.approvals;
  const waited = formatDuration(expiresAt.getTime() - askedAt.getTime(), texts);
  const how = who === undefined
    ? `⌛ ${timedOut(waited)}`
    : `${DECISION_SIGNS[decision]} ${
      decidedBy(decidedText(decision, request, texts.approvals), who)
    }`;
  const closed = drawClosed(request, texts, `${how}, `);
  return new TextBuilder().append(closed).clockTime(at, timeOf(at)).build();
}

/** Draws an approval that takes no answer any more. @param why as a sentence */
export function drawClosed(request: ApprovalRequest, texts: Texts, why: string): FormattedText {
  const builder = new TextBuilder();
  builder.bold(approvalTitle(request, texts.approvals)).line();
  drawSubject(builder, request, texts);
  drawContext(builder, request, texts);
  return withoutUnmeantLinks(builder.line().text(why).build());
}

/** Tells that nobody answered, as a message of its own. */
export function drawLate({ request, texts, askedAt, expiresAt }: PendingApproval): FormattedText {
  const waited = formatDuration(expiresAt.getTime() - askedAt.getTime(), texts);
  const subject = onOneLine(withVisibleControls(subjectOf(request)), SUBJECT_LIMIT);
  return plainText(`⌛ ${texts.approvals.deniedLate(waited, subject)}`);
}

/** The name of the file with everything that is asked for. */
export function fileNameOf({ kind }: ApprovalRequest): string {
  return {
    command: "command.txt",
    files: "changes.diff",
    permissions: "permissions.txt",
    tool: "parameters.txt",
  }[kind];
}

/** The contents of that file. */
export function fullText(request: ApprovalRequest): string {
  const parts = [...wholeTexts(request), ...cutPlaces(request)]
    .filter((part) => part !== undefined && part !== "");
  return `${withVisibleControls(parts.join("\n\n"))}\n`;
}

function wholeTexts(request: ApprovalRequest): readonly (string | undefined)[] {
  switch (request.kind) {
    case "command": {
      const { command, permissions } = request;
      return [command, permissions === undefined ? undefined : permissionsNote(permissions)];
    }
    case "files":
      return [request.diff, fileList(request)];
    case "permissions":
      return [permissionsNote(request.permissions)];
    case "tool":
      return [toolNote(request), request.description];
    default:
      return unreachable(request);
  }
}

/** The folders and hosts that are too long for a line of the message. */
function cutPlaces(request: ApprovalRequest): readonly string[] {
  const host = request.kind === "command" ? request.host : undefined;
  const grantRoot = request.kind === "files" ? request.grantRoot : undefined;
  return [host, grantRoot, request.workingDirectory]
    .flatMap((place) => place !== undefined && isCut(place) ? [place] : []);
}

/** Writes a value so that it cannot pass for further lines of the message. */
function inLine(text: string): string {
  return withVisibleControls(text).replaceAll("\n", "\\n");
}

function isCut(text: string, limit = VALUE_LIMIT): boolean {
  return inLine(text).length > limit;
}

/** @returns false when a part of what is asked for is left out */
function drawSubject(builder: TextBuilder, request: ApprovalRequest, texts: Texts): boolean {
  switch (request.kind) {
    case "command": {
      const { command = "", host, permissions } = request;
      const complete = drawBlock(builder, command, "sh");
      if (host !== undefined) {
        builder.line(texts.approvals.host(shortened(inLine(host), VALUE_LIMIT)));
      }
      if (permissions === undefined) return complete;
      builder.line(`${texts.approvals.withPermissions}:`);
      return drawRights(builder, permissions, texts) && complete;
    }
    case "files": {
      const { diff = "", grantRoot } = request;
      const files = fileList(request).split("\n");
      const shown = files.slice(0, MOST_FILES);
      if (files[0] !== "") {
        builder.line(shown.map((file) => shortened(file, PATH_LIMIT)).join("\n"));
      }
      const complete = drawBlock(builder, diff, "diff") && files.length <= MOST_FILES &&
        shown.every((file) => file.length <= PATH_LIMIT);
      if (grantRoot !== undefined) {
        const place = shortened(inLine(grantRoot), VALUE_LIMIT);
        builder.text("⚠️ ").line(texts.approvals.grantRoot(place));
      }
      return complete;
    }
    case "permissions":
      return drawRights(builder, request.permissions, texts);
    case "tool":
      return drawTool(builder, request, texts);
    default:
      return unreachable(request);
  }
}

function drawBlock(builder: TextBuilder, text: string, language: string): boolean {
  const subject = withVisibleControls(text);
  const shown = subject.length <= SHOWN_LIMIT ? subject : `${subject.slice(0, SHOWN_LIMIT)}…`;
  if (shown.trim() !== "") builder.pre(shown.trimEnd(), language).line();
  return subject.length <= SHOWN_LIMIT;
}

function drawRights(builder: TextBuilder, permissions: Permissions, texts: Texts): boolean {
  const lines = permissionLines(permissions, texts.approvals);
  const shown = lines.slice(0, MOST_RIGHTS).map(({ label, text }) => {
    if (builder.length > LINES_LIMIT) return false;
    builder.text(`• ${label}: `).code(shortened(inLine(text), VALUE_LIMIT)).line();
    return !isCut(text);
  });
  return shown.length === lines.length && shown.every((whole) => whole);
}

/** The server and the tool by name, and each parameter on its line. */
function drawTool(
  builder: TextBuilder,
  { server, tool, description = "", parameters, hints }: ToolApproval,
  { approvals }: Texts,
): boolean {
  const visible = (text: string): string => withVisibleControls(text).replaceAll("\n", " ");
  builder.text(`${approvals.server}: `).bold(onOneLine(visible(server), NAME_LIMIT)).line();
  builder.text(`${approvals.tool}: `).bold(onOneLine(visible(tool), VALUE_LIMIT)).line();
  if (description.trim() !== "") {
    builder.italic(onOneLine(visible(description), DESCRIPTION_LIMIT)).line();
  }
  const shown = parameters.slice(0, MOST_PARAMETERS).map(({ name, value }) => {
    if (builder.length > LINES_LIMIT) return false;
    const text = visible(value);
    builder.text(`• ${onOneLine(visible(name), NAME_LIMIT)}: `).text(shortened(text, VALUE_LIMIT));
    builder.line();
    return text.length <= VALUE_LIMIT && !isCut(name, NAME_LIMIT);
  });
  if (hints.length > 0) {
    const said = hints.map((hint) => approvals.hints[hint]).join(", ");
    builder.text(hints.includes("destructive") ? "⚠️ " : "").line(approvals.serverSays(said));
  }
  const isNamed = !isCut(server, NAME_LIMIT) && !isCut(tool);
  return isNamed && shown.length === parameters.length && shown.every((whole) => whole);
}

function drawContext(builder: TextBuilder, request: ApprovalRequest, texts: Texts): void {
  const { agent, workingDirectory, reason } = request;
  if (agent !== undefined) {
    builder.text(`${texts.approvals.agent}: `).bold(
      onOneLine(withVisibleControls(agent), AGENT_LIMIT),
    )
      .line();
  }
  if (workingDirectory !== undefined) {
    builder.text(`${texts.approvals.folder}: `).code(
      shortened(inLine(workingDirectory), VALUE_LIMIT),
    ).line();
  }
  if (reason !== undefined && reason.trim() !== "") {
    builder.text(`${texts.approvals.reason}: `).italic(
      onOneLine(withVisibleControls(reason), REASON_LIMIT),
    ).line();
  }
}

/** Spells out a rule that its button has no room for. */
function drawRule(builder: TextBuilder, request: ApprovalRequest, { approvals }: Texts): void {
  for (const choice of choicesOf(request)) {
    if (choice.decision !== "accept-prefix") continue;
    const prefix = inLine(prefixText(choice.prefix));
    if (choiceText(choice, request, approvals).includes(prefix)) continue;
    builder.line(approvals.acceptPrefix(shortened(prefix, RULE_LIMIT)));
  }
}

function fileList({ changes = [] }: FilesApproval): string {
  return changes.map(({ path, kind }) =>
    `${{ add: "+", delete: "−", update: "±" }[kind]} ${inLine(path)}`
  ).join("\n");
}

/** For clients that cannot show their own time zone. */
export function timeOf(at: Date): string {
  return `${at.toISOString().slice(11, 16)} UTC`;
}

/** By the letter in the data of a button. */
const DECISIONS: ReadonlyMap<string, ApprovalDecision> = new Map([
  ["o", "accept"],
  ["s", "accept-for-session"],
  ["a", "accept-always"],
  ["p", "accept-prefix"],
  ["h", "accept-host"],
  ["d", "decline"],
  ["n", "decline-host"],
  ["x", "cancel"],
]);
const PRESS = /^a:([A-Za-z0-9_-]{16}):([osaphdnx])$/;

/** Rules have long names, and a row of their own. */
const SHORT_DECISIONS: readonly ApprovalDecision[] = [
  "accept",
  "accept-for-session",
  "decline",
  "cancel",
];

/**
 * The buttons under an approval: what Codex offers, and nothing else.
 * @param nonce 16 characters of base64url, known to this process only
 */
export function approvalButtons(
  nonce: string,
  request: ApprovalRequest,
  { approvals }: Texts,
): Buttons {
  const offered = choicesOf(request).flatMap((choice) => {
    const letter = [...DECISIONS].find(([, decision]) => decision === choice.decision)?.[0];
    if (letter === undefined) return [];
    const label = inLine(choiceText(choice, request, approvals));
    return [{ decision: choice.decision, button: { label, data: `a:${nonce}:${letter}` } }];
  });
  const row = (wanted: (decision: ApprovalDecision) => boolean): Buttons[number] =>
    offered.filter(({ decision }) => wanted(decision))
      .map(({ decision, button }) => ({ ...button, ...styleOf(decision) }));
  const isShort = (decision: ApprovalDecision): boolean => SHORT_DECISIONS.includes(decision);
  return [
    row((decision) => isShort(decision) && isAllowed(decision)),
    ...offered.filter(({ decision }) => !isShort(decision)).map(({ button }) => [button]),
    row((decision) => isShort(decision) && !isAllowed(decision)),
  ].filter((buttons) => buttons.length > 0);
}

function styleOf(decision: ApprovalDecision): Pick<Button, "style"> {
  if (decision === "accept") return { style: "success" };
  return decision === "cancel" ? { style: "danger" } : {};
}

/** The decision of a pressed button. @returns undefined for the data of another kind of button */
export function pressedButton(
  data: string,
): { readonly nonce: string; readonly decision: ApprovalDecision } | undefined {
  const [, nonce = "", letter = ""] = PRESS.exec(data) ?? [];
  const decision = DECISIONS.get(letter);
  return decision === undefined ? undefined : { nonce, decision };
}
