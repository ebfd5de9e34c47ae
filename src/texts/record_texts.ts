/** Texts of what requests did: /log, /diff and /file. */
import type { LogEntry } from "../core/run/run_log.ts";
import type { CutUndoEnd } from "../core/run/unfinished_undos.ts";
import type { UndoDirection } from "../core/workspace/recording.ts";
import type { CarryFailure, CarryOverlap } from "../core/workspace/workspace.ts";
import { DIFF_TEXTS } from "./diff_texts.ts";

/** In which the page is written. */
function languageOfReports(language: "en" | "ko"): "en" | "ko" {
  return language;
}

const en = {
  log: {
    title: "Steps",
    none: "No steps to show yet. They are kept from your next request on.",
    /** A button under a request. */
    button: "Log",
    stillRunning: "still running",
    /** Above the newest steps. */
    wholeInFile: (count: number, name: string) =>
      `${count === 1 ? "Latest step" : `Latest ${count} steps`}; all of them are in ${name}`,
    notKept: (count: number) =>
      count === 1 ? "1 older step was not kept" : `${count} older steps were not kept`,
    exitCode: (code: number) => `exit ${code}`,
    status: {
      in_progress: "running",
      completed: "done",
      failed: "failed",
      declined: "denied",
      interrupted: "stopped",
      lost: "lost, Codex ended",
      accept: "allowed once",
      "accept-for-session": "allowed for this session",
      "accept-always": "allowed always",
      "accept-prefix": "allowed, with all commands that begin so",
      "accept-host": "host allowed always",
      decline: "denied",
      "decline-host": "host denied always",
      cancel: "denied and stopped",
      answered: "answered",
      single: "answer directly",
      plan: "plan, build, review",
      approved: "approved",
      needs_changes: "changes requested",
      unreadable: "unreadable review",
      passed: "passed",
      "timed-out": "timed out",
      "not-run": "not run",
    } satisfies Record<NonNullable<LogEntry["status"]>, string>,
    /** In the file. */
    runId: (id: string) => `run ${id}`,
  },
  last: {
    none: "There is no answer yet. Write what you want done.",
  },
  diff: DIFF_TEXTS.en,
  report: {
    /** A button under a request. */
    button: "Report",
    language: languageOfReports("en"),
    /** Under the file. */
    caption: "The whole request as a page: open it in a browser.",
    /** Before the path, at the terminal. */
    written: "Report written. Open it in a browser:",
    none: "There is no request to report on yet.",
    gone: "The record of that request is no longer kept.",
  },
  undo: {
    /** A button under a request that changed files. */
    button: "Undo",
    redoButton: "Redo",
    undone: (files: string) => `Taken back: ${files}`,
    redone: (files: string) => `Brought back: ${files}`,
    nothingToUndo: "There is nothing to take back in this conversation.",
    nothingToRedo: "There is nothing to bring back. /redo works after /undo.",
    /** Why it was not recorded stands behind it. */
    later: "What your latest request changed cannot be taken back.",
    /** Behind it: what can be instead, and the button for it. */
    earlier: {
      said: "Only an earlier request can be, the last one that was recorded.",
      label: "Take back the earlier one",
    },
    partly: {
      said: "Only the part of it that was recorded can be.",
      label: "Take back that part",
    },
    alreadyUndone: "The files are already as they were before that request.",
    alreadyRedone: "The files already have these changes.",
    /** At the next start. */
    cutShort: {
      undo: {
        "put-back":
          "The program was stopped in the middle of /undo, and the files were put back as they were before it. Send /undo again unless its answer follows.",
        done: "The program was stopped during /undo, which was done: the changes are taken back.",
        "not-done":
          "The program was stopped before /undo was done. Send /undo again unless its answer follows.",
      },
      redo: {
        "put-back":
          "The program was stopped in the middle of /redo, and the files were put back as they were before it. Send /redo again unless its answer follows.",
        done: "The program was stopped during /redo, which was done: the changes are there again.",
        "not-done":
          "The program was stopped before /redo was done. Send /redo again unless its answer follows.",
      },
    } satisfies Record<UndoDirection, Record<CutUndoEnd, string>>,
    busy: "Codex is working on a request. /cancel it or wait for its end, then undo.",
    /** Above the files that stand in the way. */
    overlaps: "Nothing was taken back. These files were changed again in the same places:",
    redoOverlaps: "Nothing was brought back. These files were changed again in the same places:",
    why: {
      "same-lines": "the same lines changed since",
      replaced: "removed or replaced since",
      "without-content": "not kept: too large or unreadable",
      "in-the-way": "something else is in its place",
    } satisfies Record<CarryOverlap["why"], string>,
    whatNow: "Ask for it in words instead: Codex sees the conversation.",
    commits: "These commits stay in the history; only their changes to files were taken back:",
    /** Branches. */
    switched: (from: string, to: string) =>
      `The request switched from ${from} to ${to}, and ${to} is still checked out.`,
    /** A branch, and commits. */
    moved: (branch: string, from: string, to: string) =>
      `The request moved ${branch} from ${from} to ${to}, and it is still there.`,
    /** @param commands as in "1 command still runs" */
    mayWrite: (commands: string) => `${commands}, and may change the files again; /ps lists them.`,
    failed: {
      "no-git": "The machine has no git, so that changes are not recorded.",
      missing: "The folder is no longer there.",
      "git-folder": "The folder is a bare repository.",
      "too-many-files": "The folder has too many files to be recorded.",
      "too-many-bytes": "The folder is too large to be recorded.",
      "cut-short": "The program stopped in the middle of it, so nothing of it is recorded.",
      "too-slow": "It took too long. Try again when the machine is less busy.",
      unsupported: "This Codex cannot record changes. It needs the app-server.",
      failed: "It did not work; the program's log says why.",
      gone:
        "The record of what the request changed is no longer whole: it is too old and was deleted, or git no longer has the files as they were before. /diff shows what is left.",
      "moved-on": "The files were changed at that very moment. Try again.",
      "not-allowed":
        'Nothing was changed: no profile in conf.toml may write to this folder now. One that works there needs sandbox = "workspace-write":',
      write: "A file could not be written, so everything stays as it was:",
      torn: "A file could not be written, and these could not be put back as they were:",
    } satisfies Record<CarryFailure, string>,
  },
  file: {
    /** Above commands that send what was changed. */
    changed: "Changed recently:",
    empty: (name: string) => `${name} is empty, and Telegram takes no empty files.`,
    /** @param names of the variables whose values were masked; empty = of none */
    masked: (names: string) =>
      names === ""
        ? "Known secrets are masked. Others may still be in it."
        : `Masked: ${names}. Other secrets may still be in it.`,
  },
};

export type RecordTexts = typeof en;

const ko: RecordTexts = {
  log: {
    title: "진행 기록",
    none: "아직 보여 드릴 기록이 없습니다. 다음 요청부터 남습니다.",
    button: "기록",
    stillRunning: "진행 중",
    wholeInFile: (count, name) => `최근 ${count}단계입니다. 전체 기록은 ${name} 파일에 있습니다`,
    notKept: (count) => `이전 단계 ${count}개는 보관하지 않았습니다`,
    exitCode: (code) => `종료 코드 ${code}`,
    status: {
      in_progress: "실행 중",
      completed: "완료",
      failed: "실패",
      declined: "거부됨",
      interrupted: "중지됨",
      lost: "끊김, Codex 종료",
      accept: "한 번 허용",
      "accept-for-session": "이 세션 동안 허용",
      "accept-always": "항상 허용",
      "accept-prefix": "이렇게 시작하는 명령은 항상 허용",
      "accept-host": "호스트 항상 허용",
      decline: "거부",
      "decline-host": "호스트 항상 거부",
      cancel: "거부하고 중지",
      answered: "답함",
      single: "바로 답변",
      plan: "계획·개발·검토",
      approved: "승인",
      needs_changes: "수정 요청",
      unreadable: "읽을 수 없는 검토",
      passed: "통과",
      "timed-out": "시간 초과",
      "not-run": "실행 안 함",
    },
    runId: (id) => `실행 ${id}`,
  },
  last: {
    none: "아직 답변이 없습니다. 하실 일을 적어 보내 주세요.",
  },
  diff: DIFF_TEXTS.ko,
  report: {
    button: "보고서",
    language: languageOfReports("ko"),
    caption: "요청 전체를 담은 페이지입니다. 브라우저에서 열어 주세요.",
    written: "보고서를 저장했습니다. 브라우저에서 열어 주세요:",
    none: "아직 보고할 요청이 없습니다.",
    gone: "그 요청의 기록은 더 이상 남아 있지 않습니다.",
  },
  undo: {
    button: "되돌리기",
    redoButton: "다시 적용",
    undone: (files) => `되돌렸습니다: ${files}`,
    redone: (files) => `다시 적용했습니다: ${files}`,
    nothingToUndo: "이 대화에는 되돌릴 변경 사항이 없습니다.",
    nothingToRedo: "다시 적용할 변경 사항이 없습니다. /redo는 /undo 다음에 쓸 수 있습니다.",
    later: "최근 요청이 변경한 내용은 되돌릴 수 없습니다.",
    earlier: {
      said: "마지막으로 기록된 이전 요청만 되돌릴 수 있습니다.",
      label: "이전 요청 되돌리기",
    },
    partly: {
      said: "그중 기록된 부분만 되돌릴 수 있습니다.",
      label: "기록된 부분 되돌리기",
    },
    alreadyUndone: "파일이 이미 그 요청 이전 상태입니다.",
    alreadyRedone: "파일에 이미 이 변경 사항이 들어 있습니다.",
    cutShort: {
      undo: {
        "put-back":
          "/undo 도중에 프로그램이 멈춰서 파일을 되돌리기 전 상태로 돌려놓았습니다. 곧 답이 오지 않으면 /undo 를 다시 보내 주세요.",
        done: "/undo 도중에 프로그램이 멈췄지만, 변경은 모두 되돌렸습니다.",
        "not-done":
          "/undo 가 끝나기 전에 프로그램이 멈췄습니다. 곧 답이 오지 않으면 /undo 를 다시 보내 주세요.",
      },
      redo: {
        "put-back":
          "/redo 도중에 프로그램이 멈춰서 파일을 적용하기 전 상태로 돌려놓았습니다. 곧 답이 오지 않으면 /redo 를 다시 보내 주세요.",
        done: "/redo 도중에 프로그램이 멈췄지만, 변경은 모두 다시 적용했습니다.",
        "not-done":
          "/redo 가 끝나기 전에 프로그램이 멈췄습니다. 곧 답이 오지 않으면 /redo 를 다시 보내 주세요.",
      },
    },
    busy: "Codex가 요청을 처리하고 있습니다. /cancel로 중지하거나 끝난 뒤에 되돌려 주세요.",
    overlaps: "아무것도 되돌리지 않았습니다. 다음 파일은 같은 부분이 그 뒤에 다시 바뀌었습니다:",
    redoOverlaps:
      "아무것도 다시 적용하지 않았습니다. 다음 파일은 같은 부분이 그 뒤에 다시 바뀌었습니다:",
    why: {
      "same-lines": "같은 줄이 바뀜",
      replaced: "삭제되었거나 다른 것으로 바뀜",
      "without-content": "너무 크거나 읽을 수 없어 보관하지 않음",
      "in-the-way": "그 자리에 다른 것이 있음",
    },
    whatNow: "대신 말로 부탁해 보세요. Codex는 대화 내용을 알고 있습니다.",
    commits: "다음 커밋은 기록에 남아 있고, 파일의 변경 사항만 되돌렸습니다:",
    switched: (from, to) =>
      `요청이 브랜치를 ${from}에서 ${to}(으)로 바꾸었고, 지금도 ${to} 상태입니다.`,
    moved: (branch, from, to) =>
      `요청이 ${branch}을(를) ${from}에서 ${to}(으)로 옮겼고, 지금도 그 위치입니다.`,
    mayWrite: (commands) =>
      `${commands}이며, 파일을 다시 바꿀 수 있습니다. 목록은 /ps 로 볼 수 있습니다.`,
    failed: {
      "no-git": "컴퓨터에 git이 없어 변경 사항을 기록하지 못합니다.",
      missing: "폴더가 더 이상 없습니다.",
      "git-folder": "베어(bare) 저장소 폴더입니다.",
      "too-many-files": "파일이 너무 많아 기록하지 못하는 폴더입니다.",
      "too-many-bytes": "너무 커서 기록하지 못하는 폴더입니다.",
      "cut-short": "작업 도중에 프로그램이 멈춰 기록된 것이 없습니다.",
      "too-slow": "시간이 너무 오래 걸렸습니다. 컴퓨터가 덜 바쁠 때 다시 해 주세요.",
      unsupported: "이 Codex로는 변경 사항을 기록하지 못합니다. app-server가 필요합니다.",
      failed: "되지 않았습니다. 이유는 프로그램 로그에 있습니다.",
      gone:
        "이 요청의 변경 기록이 온전하지 않아 되돌릴 수 없습니다. 오래되어 삭제되었거나, 이전 파일이 git에서 사라졌습니다. 남은 내용은 /diff로 볼 수 있습니다.",
      "moved-on": "바로 그 순간에 파일이 바뀌었습니다. 다시 해 주세요.",
      "not-allowed":
        '아무것도 바꾸지 않았습니다. 지금 conf.toml에는 이 폴더에 쓸 수 있는 프로필이 없습니다. 이 폴더를 쓰는 프로필에 sandbox = "workspace-write"가 필요합니다:',
      write: "쓸 수 없는 파일이 있어 모두 그대로 두었습니다:",
      torn: "쓸 수 없는 파일이 있었고, 다음 파일은 원래대로 돌려놓지 못했습니다:",
    },
  },
  file: {
    changed: "최근에 바뀐 파일:",
    empty: (name) => `${name} 파일은 비어 있습니다. 텔레그램으로는 빈 파일을 보낼 수 없습니다.`,
    masked: (names) =>
      names === ""
        ? "알고 있는 비밀 값은 가렸습니다. 다른 비밀 값이 남아 있을 수 있습니다."
        : `가린 항목: ${names}. 다른 비밀 값이 남아 있을 수 있습니다.`,
  },
};

export const RECORD_TEXTS = { en, ko };
