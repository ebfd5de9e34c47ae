/** Texts of /diff: what changed in the folder. */
import type { SnapshotRefusal } from "../core/workspace/workspace.ts";

const en = {
  title: "Changes",
  /** A button under a request that changed files. */
  button: "Diff",
  none: "No changes in this conversation.",
  /** The same where not all was recorded; why stands below. */
  noneKnown: "No changes are known.",
  /** Below, where the folder could not be recorded. */
  shellChanges: "Only what Codex reported; changes by shell commands may be missing.",
  /** Also below the answer of /undo. */
  unrecorded: {
    "no-git": "Not recorded: the machine has no git.",
    missing: "Not recorded: the folder was not there.",
    "git-folder": "Not recorded: the folder is a bare repository, or the inside of one.",
    "too-many-files":
      "Not recorded: the folder has too many files. What .gitignore names is not counted.",
    "too-many-bytes":
      "Not recorded: the folder is too large. What .gitignore names is not counted.",
    "too-slow": "Not recorded: reading the folder took too long.",
    unsupported: "Not recorded: this Codex cannot do it. It needs the app-server.",
    gone:
      "Not recorded: git no longer has the files as they were before, as after `rm -rf .git`. Look at the folder yourself: what was changed cannot be told or taken back.",
    "cut-short":
      "Not recorded: the program stopped in the middle of it. Look at the folder yourself: what was changed cannot be told or taken back.",
    failed: "Not recorded: reading the folder failed. The program's log says why.",
  } satisfies Record<SnapshotRefusal, string>,
  inFiles: (page: string, patch: string) =>
    `Read it in ${page}; ${patch} is the same for git apply.`,
  inPage: (page: string) => `Read it in ${page}`,
  notKept: "The oldest changes were not kept.",
  more: (count: number) => `… and ${count} more`,
  moreRequests: (count: number) =>
    count === 1 ? "… and 1 more request" : `… and ${count} more requests`,
  binary: "binary",
  withoutContent: "content not kept",
  /** The differences between two requests are in it. */
  mixed: "Somebody else changed files between these requests; that is included.",
  undone: (count: number) =>
    count === 1
      ? "1 request is left out: its changes were taken back."
      : `${count} requests are left out: their changes were taken back.`,
  wasUndone: "These changes were taken back. /redo brings them again.",
  running: "A request is still running: this is what it has changed so far.",
  cut: "The end is missing: the diff is too long.",
  masked: "Known secrets are masked; there, the patch does not apply.",
  /** A file that a person asked for. */
  file: {
    unknown: (path: string) => `${path} is not among the changes of this conversation.`,
    meant: "Did you mean one of these?",
    several: "Several changed files have that name:",
  },
  page: {
    language: "en",
    turn: (number: number, count: number) => `Turn ${number} of ${count}`,
    binary: "binary",
    moreLines: (count: number) =>
      count === 1 ? "1 more line is not shown" : `${count} more lines are not shown`,
    noFile: "(no file)",
    footer:
      "Made by codex-orchestrator. Secrets are masked where they are recognized: check the page before you share it.",
  },
};

const ko: typeof en = {
  title: "변경 사항",
  button: "변경 사항",
  none: "이 대화에는 변경 사항이 없습니다.",
  noneKnown: "확인된 변경 사항이 없습니다.",
  shellChanges: "Codex가 알린 내용만 표시했습니다. 셸 명령으로 바뀐 내용은 빠져 있을 수 있습니다.",
  unrecorded: {
    "no-git": "변경 사항을 기록하지 못했습니다. 이 컴퓨터에 git이 없습니다.",
    missing: "변경 사항을 기록하지 못했습니다. 폴더가 없었습니다.",
    "git-folder": "변경 사항을 기록하지 못했습니다. 폴더가 bare 저장소이거나 그 안쪽입니다.",
    "too-many-files":
      "변경 사항을 기록하지 못했습니다. 폴더에 파일이 너무 많습니다. .gitignore에 적힌 파일은 세지 않습니다.",
    "too-many-bytes":
      "변경 사항을 기록하지 못했습니다. 폴더가 너무 큽니다. .gitignore에 적힌 파일은 세지 않습니다.",
    "cut-short":
      "변경 사항을 기록하지 못했습니다. 작업 도중에 프로그램이 멈췄습니다. 바뀐 내용을 보여 드리거나 되돌릴 수 없으니 폴더를 직접 확인해 주세요.",
    "too-slow": "변경 사항을 기록하지 못했습니다. 폴더를 읽는 데 시간이 너무 오래 걸렸습니다.",
    unsupported:
      "변경 사항을 기록하지 못했습니다. 이 Codex로는 기록할 수 없으며 app-server가 필요합니다.",
    gone:
      "변경 사항을 기록하지 못했습니다. `rm -rf .git` 같은 일로 이전 파일이 git에서 사라졌습니다. 무엇이 바뀌었는지 알 수 없고 되돌릴 수도 없으니 폴더를 직접 확인해 주세요.",
    failed: "변경 사항을 기록하지 못했습니다. 폴더를 읽지 못했고, 이유는 프로그램 로그에 있습니다.",
  },
  inFiles: (page, patch) =>
    `전체 내용은 ${page} 파일에서 볼 수 있습니다. ${patch} 파일은 git apply로 적용할 수 있습니다.`,
  inPage: (page) => `전체 내용은 ${page} 파일에서 볼 수 있습니다`,
  notKept: "가장 오래된 변경 사항은 보관하지 않았습니다.",
  more: (count) => `… 외 ${count}개`,
  moreRequests: (count) => `… 외 요청 ${count}개`,
  binary: "바이너리",
  withoutContent: "내용을 보관하지 않음",
  mixed: "요청과 요청 사이에 다른 곳에서 파일이 바뀌었고, 그 변경도 함께 보입니다.",
  undone: (count) => `변경을 되돌린 요청 ${count}개는 빠져 있습니다.`,
  wasUndone: "되돌린 변경입니다. /redo 로 다시 적용할 수 있습니다.",
  running: "요청이 아직 실행 중입니다. 지금까지 바뀐 내용입니다.",
  cut: "변경 내용이 너무 길어 뒷부분이 빠졌습니다.",
  masked: "알려진 비밀 값은 가렸습니다. 가린 부분에는 패치가 적용되지 않습니다.",
  file: {
    unknown: (path) => `이 대화의 변경 사항에 ${path} 파일이 없습니다.`,
    meant: "혹시 이 파일인가요?",
    several: "이름이 같은 파일이 여러 개 바뀌었습니다:",
  },
  page: {
    language: "ko",
    turn: (number, count) => `${count}차례 중 ${number}번째`,
    binary: "바이너리",
    moreLines: (count) => `${count}줄은 표시하지 않았습니다`,
    noFile: "(파일 없음)",
    footer:
      "codex-orchestrator가 만든 페이지입니다. 알아볼 수 있는 비밀 값은 가렸지만, 공유하기 전에 직접 확인하세요.",
  },
};

export const DIFF_TEXTS = { en, ko };
