/** What is said about the steps and the changes of runs: /log and /diff. */
import type { LogEntry } from "../../core/run/run_log.ts";

type Status = NonNullable<LogEntry["status"]>;

export interface RecordTexts {
  /** Under a running request. */
  readonly logButton: string;
  readonly logTitle: string;
  readonly logUsage: string;
  readonly noLog: string;
  readonly stillRunning: string;
  /** Above the newest steps. */
  readonly wholeLogInFile: (count: number, name: string) => string;
  /** In the file. */
  readonly stepsGivenUp: (count: number) => string;
  readonly exitCode: (code: number) => string;
  readonly status: Readonly<Record<Status, string>>;
  readonly diffTitle: string;
  readonly diffUsage: string;
  readonly noChanges: string;
  /** Always below it: what is not in it. */
  readonly shellChanges: string;
  readonly wholeDiffInFile: (name: string) => string;
  readonly changesGivenUp: string;
  readonly moreFiles: (count: number) => string;
  readonly binary: string;
}

export const RECORDS_EN: RecordTexts = {
  logButton: "Log",
  logTitle: "Steps",
  logUsage: "Usage: /log shows the last steps, /log all the whole of them as a file",
  noLog: "There are no steps to show yet: they are kept from the next request on.",
  stillRunning: "still running",
  wholeLogInFile: (count, name) =>
    `The newest ${count === 1 ? "step" : `${count} steps`}; all are in ${name}`,
  stepsGivenUp: (count) =>
    count === 1 ? "1 older step was not kept" : `${count} older steps were not kept`,
  exitCode: (code) => `exit ${code}`,
  status: {
    in_progress: "running",
    completed: "done",
    failed: "failed",
    declined: "denied",
    interrupted: "stopped",
    lost: "lost: Codex ended",
    accept: "allowed once",
    "accept-for-session": "allowed for the session",
    decline: "denied",
    cancel: "denied and stopped",
    single: "one developer",
    plan: "plan, develop, review",
    approved: "approved",
    needs_changes: "changes are needed",
    unreadable: "not readable as a review",
  },
  diffTitle: "Changes",
  diffUsage:
    "Usage: /diff shows what changed in this conversation, /diff last what the last request that changed something did",
  noChanges: "Codex has reported no changes in this conversation.",
  shellChanges: "Files that were changed by shell commands are not listed.",
  wholeDiffInFile: (name) => `The whole of it is in ${name}`,
  changesGivenUp: "The oldest changes were not kept.",
  moreFiles: (count) => `… and ${count} more`,
  binary: "binary",
};

export const RECORDS_KO: RecordTexts = {
  logButton: "기록",
  logTitle: "진행 기록",
  logUsage: "사용법: /log 는 최근 단계를 보여 주고, /log all 은 전체 기록을 파일로 보내 드립니다.",
  noLog: "아직 보여 드릴 기록이 없습니다. 다음 요청부터 남깁니다.",
  stillRunning: "진행 중",
  wholeLogInFile: (count, name) => `최근 ${count}단계입니다. 전체 기록은 ${name} 파일에 있습니다`,
  stepsGivenUp: (count) => `이전 단계 ${count}개는 보관하지 않았습니다`,
  exitCode: (code) => `종료 코드 ${code}`,
  status: {
    in_progress: "실행 중",
    completed: "완료",
    failed: "실패",
    declined: "거부됨",
    interrupted: "중지됨",
    lost: "끊김: Codex가 종료됨",
    accept: "한 번 허용됨",
    "accept-for-session": "세션 동안 허용됨",
    decline: "거부됨",
    cancel: "거부하고 중지함",
    single: "개발자 한 명",
    plan: "계획, 개발, 검토",
    approved: "승인됨",
    needs_changes: "수정 필요",
    unreadable: "검토 결과를 읽을 수 없음",
  },
  diffTitle: "변경 사항",
  diffUsage:
    "사용법: /diff 는 이 대화의 변경 사항을, /diff last 는 마지막으로 파일을 바꾼 요청의 변경 사항만 보여 줍니다.",
  noChanges: "이 대화에서 Codex가 보고한 변경 사항이 없습니다.",
  shellChanges: "셸 명령으로 바뀐 파일은 표시되지 않습니다.",
  wholeDiffInFile: (name) => `전체 내용은 ${name} 파일에 있습니다`,
  changesGivenUp: "가장 오래된 변경 사항은 보관하지 않았습니다.",
  moreFiles: (count) => `… 외 ${count}개`,
  binary: "바이너리",
};
