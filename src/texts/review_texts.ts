/** Texts of reviews on demand, and what they found as Markdown. */
import type { Finding } from "../core/run/events.ts";
import { openFindings } from "../core/run/findings.ts";
import type { ReviewedKind, ReviewSubject } from "../core/run/review_subject.ts";
import { codeSpan } from "../core/text/short_text.ts";
import { placeText } from "./end_texts.ts";
import { changedLines, type RunTexts } from "./run_texts.ts";

/** Some have a name in them. */
type Titles = Readonly<Record<ReviewedKind, string | ((name: string) => string)>>;

/** Widens the type, so that another language may use the name where this one does not. */
const titles = (all: Titles): Titles => all;

function withName(text: Titles[ReviewedKind], name: string): string {
  return typeof text === "string" ? text : text(name);
}

const en = {
  review: {
    running: "Reviewing",
    title: titles({
      uncommitted: "Review of the uncommitted work",
      branch: (name) => `Review of this branch against ${name}`,
      commit: (name) => `Review of commit ${name}`,
      range: (name) => `Review of ${name}`,
      last: "Review of the latest request's changes",
    }),
    lookingAt: (focus: string) => `Looked at: ${focus}`,
    nothing: titles({
      uncommitted:
        "Nothing to review: there is no uncommitted work. `/review BRANCH` reviews this branch against another one, `/review last` what the latest request changed.",
      branch: (name) =>
        `Nothing to review: this branch adds nothing to ${name}. /review looks at uncommitted work.`,
      commit: (name) => `Nothing to review: commit ${name} changes no file.`,
      range: (name) => `Nothing to review: there is no change in ${name}.`,
      last: "Nothing to review: the latest request changed no file.",
    }),
    byCodex: "By Codex's own reviewer, which gives no verdict.",
    seen: "Seen",
    fix: "Fix",
    fixButton: "Fix",
    nothingToFix: "There are no open findings of a review here. /review looks for some.",
    unknownFinding: (ids: string) =>
      `The last review has no open finding ${ids}. \`/review fix\` has all of them mended.`,
    /** A request to Codex, above the findings. */
    fixRequest: (title: string) => `Mend the findings of this review (${title})`,
  },
};

export type ReviewTexts = typeof en;

const ko: ReviewTexts = {
  review: {
    running: "검토하는 중",
    title: {
      uncommitted: "커밋하지 않은 작업 검토",
      branch: (name) => `${name} 대비 현재 브랜치 검토`,
      commit: (name) => `커밋 ${name} 검토`,
      range: (name) => `${name} 검토`,
      last: "최근 요청의 변경 사항 검토",
    },
    lookingAt: (focus) => `살펴본 점: ${focus}`,
    nothing: {
      uncommitted:
        "검토할 내용이 없습니다. 커밋하지 않은 작업이 없습니다. `/review 브랜치` 로 현재 브랜치를 다른 브랜치와 비교하거나, `/review last` 로 최근 요청의 변경 사항을 검토할 수 있습니다.",
      branch: (name) =>
        `검토할 내용이 없습니다. 현재 브랜치에는 ${name}에 없는 변경이 없습니다. 커밋하지 않은 작업은 /review 로 검토합니다.`,
      commit: (name) => `검토할 내용이 없습니다. 커밋 ${name}에서 바뀐 파일이 없습니다.`,
      range: (name) => `검토할 내용이 없습니다. ${name}에 변경이 없습니다.`,
      last: "검토할 내용이 없습니다. 최근 요청이 바꾼 파일이 없습니다.",
    },
    byCodex: "Codex 자체 검토이며 통과 여부는 판정하지 않습니다.",
    seen: "근거",
    fix: "해결",
    fixButton: "수정하기",
    nothingToFix: "남은 지적 사항이 없습니다. /review 로 먼저 검토해 주세요.",
    unknownFinding: (ids) =>
      `마지막 검토에 ${ids} 지적이 남아 있지 않습니다. \`/review fix\` 를 보내면 모두 수정합니다.`,
    fixRequest: (title) => `다음 검토의 지적 사항을 수정해 주세요 (${title})`,
  },
};

export const REVIEW_TEXTS = { en, ko };

/** A title with the name of what was reviewed. */
export function reviewTitle(
  { kind, name = "" }: Pick<ReviewSubject, "kind" | "name">,
  { review }: ReviewTexts,
): string {
  return withName(review.title[kind], name);
}

/** The result of a review on demand; its verdict stands below. */
export function reviewMarkdown(
  subject: ReviewSubject,
  texts: ReviewTexts & Pick<RunTexts, "run">,
): string {
  const { review, run } = texts;
  const { kind, name = "", focus, totals, findings, summary, said } = subject;
  if (totals.files === 0) return withName(review.nothing[kind], name === "" ? "" : codeSpan(name));
  const title = withName(review.title[kind], name === "" ? "" : codeSpan(name));
  const open = openFindings(findings);
  return [
    `**${title}** · ${run.files(totals.files)} ${changedLines(totals)}`,
    ...(focus === undefined ? [] : [review.lookingAt(focus)]),
    ...(summary === "" ? [] : [summary]),
    ...(said === undefined ? [] : [said, review.byCodex]),
    ...open.map((finding) => findingMarkdown(finding, texts)),
  ].join("\n\n");
}

function findingMarkdown(
  finding: Finding,
  { review, run }: ReviewTexts & Pick<RunTexts, "run">,
): string {
  const { id, severity, file, message, evidence, fix } = finding;
  const place = file === undefined ? "" : ` · ${codeSpan(placeText(finding))}`;
  return [
    `**${id} · ${run.severity[severity]}**${place}`,
    message,
    ...(evidence === undefined ? [] : [`*${review.seen}:* ${evidence}`]),
    ...(fix === undefined ? [] : [`*${review.fix}:* ${fix}`]),
  ].join("\n\n");
}

/** A request to Codex to mend what a review has found; agents get the findings beside it. */
export function fixRequest(subject: ReviewSubject, { review }: ReviewTexts): string {
  const asked = review.fixRequest(reviewTitle(subject, { review }));
  const ids = openFindings(subject.findings).map(({ id }) => id).join(", ");
  return subject.said === undefined ? `${asked}: ${ids}` : `${asked}:\n\n${subject.said}`;
}
