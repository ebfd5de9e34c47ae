/** Draws the message that asks for an approval: command or diff, folder, reason and buttons. */
import type { ApprovalAnswer } from "../../core/chat/chat.ts";
import type { ApprovalDecision, ApprovalRequest } from "../../core/codex/codex.ts";
import type { Run } from "../../core/run/run.ts";
import { withVisibleControls } from "../../core/text/control_characters.ts";
import { formatDuration } from "../../core/text/duration.ts";
import { onOneLine } from "../../core/text/short_text.ts";
import type { Language, Texts } from "../../texts/texts.ts";
import type { Buttons } from "../outbox/outgoing.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";

/** An approval that waits for a person's answer. */
export interface PendingApproval {
  /** In the buttons' data. */
  readonly nonce: string;
  /** For typing. */
  readonly shortId: string;
  readonly run: Run;
  readonly request: ApprovalRequest;
  readonly language: Language;
  readonly texts: Texts;
  readonly askedAt: Date;
  readonly expiresAt: Date;
  readonly settle: (answer: ApprovalAnswer) => void;
  /** Chat of its message: a group may have got another id since the request was made. */
  chatId: number;
  /** Absent until its message has been sent. */
  messageId?: number;
}

/** Characters shown in the message itself; the rest is in a file. */
const SHOWN_LIMIT = 900;
const REASON_LIMIT = 500;
const AGENT_LIMIT = 60;
const MOST_FILES = 10;
const DECISION_SIGNS: Readonly<Record<ApprovalAnswer["decision"], string>> = {
  accept: "✅",
  "accept-for-session": "✅",
  decline: "⛔",
  cancel: "⏹",
};

/** @returns `complete` false when the rest is in a file */
export function drawApproval(
  { request, texts, shortId, expiresAt }: PendingApproval,
): { readonly text: FormattedText; readonly complete: boolean } {
  const builder = new TextBuilder();
  builder.text("✋ ").bold(texts.approvals.title[request.kind]).line();
  const complete = drawSubject(builder, request);
  if (!complete) builder.line(texts.approvals.wholeInFile(fileNameOf(request)));
  drawContext(builder, request, texts);
  builder.text(`${texts.approvals.expires}: `).relativeTime(expiresAt, timeOf(expiresAt)).line();
  builder.line().sentence(texts.approvals.typed(shortId));
  return { text: builder.build(), complete };
}

/** Draws an approval that was settled. @param at when; shown in the reader's time zone */
export function drawSettled(
  { request, texts, askedAt, expiresAt }: PendingApproval,
  { decision, who }: ApprovalAnswer,
  at: Date,
): FormattedText {
  const { decided, decidedBy, timedOut } = texts.approvals;
  const waited = formatDuration(expiresAt.getTime() - askedAt.getTime(), texts);
  const how = who === undefined
    ? `⌛ ${timedOut(waited)}`
    : `${DECISION_SIGNS[decision]} ${decidedBy(decided[decision], who)}`;
  const closed = drawClosed(request, texts, `${how}, `);
  return new TextBuilder().append(closed).clockTime(at, timeOf(at)).build();
}

/** Draws an approval that takes no answer any more. @param why as a sentence */
export function drawClosed(request: ApprovalRequest, texts: Texts, why: string): FormattedText {
  const builder = new TextBuilder();
  builder.bold(texts.approvals.title[request.kind]).line();
  drawSubject(builder, request);
  drawContext(builder, request, texts);
  return builder.line().text(why).build();
}

/** The name of the file with everything that is asked for. */
export function fileNameOf({ kind }: ApprovalRequest): string {
  return { command: "command.txt", files: "changes.diff", permissions: "rights.json" }[kind];
}

/** The contents of that file. */
export function fullText(request: ApprovalRequest): string {
  const parts = [request.command, request.permissions, request.diff, fileList(request)];
  const text = parts.filter((part) => part !== undefined && part !== "").join("\n\n");
  return `${withVisibleControls(text)}\n`;
}

function drawSubject(builder: TextBuilder, request: ApprovalRequest): boolean {
  const files = fileList(request);
  if (files !== "") builder.line(files.split("\n").slice(0, MOST_FILES).join("\n"));
  const subject = withVisibleControls(
    request.command ?? request.permissions ?? request.diff ?? "",
  );
  const complete = subject.length <= SHOWN_LIMIT && files.split("\n").length <= MOST_FILES;
  const shown = subject.length <= SHOWN_LIMIT ? subject : `${subject.slice(0, SHOWN_LIMIT)}…`;
  if (shown.trim() !== "") builder.pre(shown.trimEnd(), languageOf(request)).line();
  return complete;
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
    builder.text(`${texts.approvals.folder}: `).code(withVisibleControls(workingDirectory)).line();
  }
  if (reason !== undefined && reason.trim() !== "") {
    builder.text(`${texts.approvals.reason}: `).italic(reason.slice(0, REASON_LIMIT)).line();
  }
}

function languageOf({ kind }: ApprovalRequest): string {
  return { command: "sh", files: "diff", permissions: "json" }[kind];
}

function fileList({ changes = [] }: ApprovalRequest): string {
  return changes.map(({ path, kind }) =>
    `${{ add: "+", delete: "−", update: "±" }[kind]} ${
      withVisibleControls(path).replaceAll("\n", "\\n")
    }`
  ).join("\n");
}

/** For clients that cannot show their own time zone. */
function timeOf(at: Date): string {
  return `${at.toISOString().slice(11, 16)} UTC`;
}

/** By the letter in the data of a button. */
const DECISIONS: ReadonlyMap<string, ApprovalDecision> = new Map([
  ["o", "accept"],
  ["s", "accept-for-session"],
  ["d", "decline"],
  ["x", "cancel"],
]);
const PRESS = /^a:([A-Za-z0-9_-]{16}):([osdx])$/;

/**
 * The buttons under an approval.
 * @param nonce 16 characters of base64url, known to this process only
 */
export function approvalButtons(nonce: string, { approvals }: Texts): Buttons {
  return [
    [
      { label: approvals.accept, data: `a:${nonce}:o`, style: "success" },
      { label: approvals.acceptForSession, data: `a:${nonce}:s` },
    ],
    [
      { label: approvals.decline, data: `a:${nonce}:d` },
      { label: approvals.cancel, data: `a:${nonce}:x`, style: "danger" },
    ],
  ];
}

/** The decision of a pressed button. @returns undefined for the data of another kind of button */
export function pressedButton(
  data: string,
): { readonly nonce: string; readonly decision: ApprovalDecision } | undefined {
  const [, nonce = "", letter = ""] = PRESS.exec(data) ?? [];
  const decision = DECISIONS.get(letter);
  return decision === undefined ? undefined : { nonce, decision };
}
