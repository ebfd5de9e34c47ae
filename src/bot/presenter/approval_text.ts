/** A question of Codex as text: the whole command or diff, where, and why. */
import type { ApprovalAnswer } from "../../core/chat/chat.ts";
import type { ApprovalRequest } from "../../core/codex/codex.ts";
import { formatDuration } from "../../core/text/duration.ts";
import { withVisibleControls } from "../../core/text/control_characters.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Texts } from "../../texts/texts.ts";
import type { OpenQuestion } from "./open_question.ts";

/** Characters shown in the message itself; the rest is in a file. */
const SHOWN_LIMIT = 900;
const REASON_LIMIT = 500;
const MOST_FILES = 10;

/** @returns `complete` false when the person has to look into the file for the rest */
export function drawApproval(
  { request, texts, shortId, expiresAt }: OpenQuestion,
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

/** @param at when it was settled; shown as the reader's own clock says it */
export function drawSettled(
  { request, texts, askedAt, expiresAt }: OpenQuestion,
  { decision, who }: ApprovalAnswer,
  at: Date,
): FormattedText {
  const { decided, timedOut } = texts.approvals;
  const waited = formatDuration(expiresAt.getTime() - askedAt.getTime(), texts);
  const how = who === undefined ? timedOut(waited) : decided[decision](who);
  const closed = drawClosed(request, texts, `${how}, `);
  return new TextBuilder().append(closed).clockTime(at, timeOf(at)).build();
}

/** A question that takes no answer any more, and why. */
export function drawClosed(request: ApprovalRequest, texts: Texts, why: string): FormattedText {
  const builder = new TextBuilder();
  builder.bold(texts.approvals.title[request.kind]).line();
  drawSubject(builder, request);
  drawContext(builder, request, texts);
  return builder.line().text(why).build();
}

/** Of the file that holds what is asked for, where the message cannot. */
export function fileNameOf({ kind }: ApprovalRequest): string {
  return { command: "command.txt", files: "changes.diff", permissions: "rights.json" }[kind];
}

/** What is asked for, whole, as a file. */
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
  const { workingDirectory, reason } = request;
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

/** For clients that cannot show it in their own time zone. */
function timeOf(at: Date): string {
  return `${at.toISOString().slice(11, 16)} UTC`;
}
