/** Texts of runs that meet in one folder. */
import type { FolderWait } from "../core/run/folder_queue.ts";
import type { Redact } from "../core/redaction/redact.ts";
import type { RunState } from "../core/run/run_state.ts";
import { promptLine } from "../core/run/run.ts";
import type { Sharer } from "../core/workspace/recording.ts";

const en = {
  /** @param request as in `“fix the login”`, or one of those below */
  waits: (request: string) => `Waits for ${request} in the same folder`,
  yours: "another request of yours",
  theirs: "another person's request",
  quoted: (request: string) => `“${request}”`,
  /** How many more there are. */
  more: (count: number) => count === 1 ? "and 1 more" : `and ${count} more`,
  needsDecision: "It needs a decision there.",
  explain: "It starts by itself when the folder is free. Beside it, the changes of both get mixed.",
  /** A button; and what may be typed. */
  beside: "Run beside it",
  /** In place of a stage. */
  waiting: "waiting for the folder",
  /** Above an answer, and in the list of changes. @param requests as above, joined by commas */
  mixed: (requests: string) =>
    `Changes are mixed: ${requests} worked in the same folder at the same time. Diff and Undo have the changes of both.`,
  undo: {
    mixed:
      "Nothing was taken back yet. Another request worked in the same folder at the same time, so that this takes back its changes to files, too:",
    redoMixed:
      "Nothing was brought back yet. Another request worked in the same folder at the same time, so that this brings back its changes to files, too:",
    all: "Take back all of it",
    redoAll: "Bring back all of it",
    busy: "Another conversation's request works in this folder. Wait for its end, then undo.",
  },
};

export type FolderTexts = typeof en;

const ko: FolderTexts = {
  waits: (request) => `같은 폴더에서 진행 중인 ${request}을 기다리는 중`,
  yours: "다른 요청",
  theirs: "다른 사람의 요청",
  quoted: (request) => `‘${request}’ 요청`,
  more: (count) => `외 ${count}건`,
  needsDecision: "그 요청은 결정을 기다리고 있습니다.",
  explain: "폴더가 비면 저절로 시작합니다. 함께 실행하면 두 요청의 변경 사항이 섞입니다.",
  beside: "함께 실행",
  waiting: "폴더를 기다리는 중",
  mixed: (requests) =>
    `변경 사항이 섞여 있습니다: ${requests}도 같은 시간에 같은 폴더에서 작업했습니다. 변경 내용과 되돌리기에는 양쪽의 변경이 모두 들어 있습니다.`,
  undo: {
    mixed:
      "아직 되돌리지 않았습니다. 같은 시간에 같은 폴더에서 다른 요청도 작업했기 때문에, 되돌리면 그 요청의 변경도 함께 되돌려집니다:",
    redoMixed:
      "아직 다시 적용하지 않았습니다. 같은 시간에 같은 폴더에서 다른 요청도 작업했기 때문에, 다시 적용하면 그 요청의 변경도 함께 적용됩니다:",
    all: "모두 되돌리기",
    redoAll: "모두 다시 적용",
    busy: "다른 대화의 요청이 이 폴더에서 작업 중입니다. 끝난 뒤에 다시 시도해 주세요.",
  },
};

export const FOLDER_TEXTS = { en, ko };

interface Words {
  readonly folders: FolderTexts;
}

/** Says what a request waits for, in one line. */
export function folderWaitText(wait: FolderWait, { folders }: Words, redact: Redact): string {
  const more = wait.ahead > 1 ? ` ${folders.more(wait.ahead - 1)}` : "";
  return folders.waits(`${requestText(wait, folders, redact)}${more}`);
}

/** Says whose changes are mixed with those of a run; undefined where there are none. */
export function mixedText(
  { sharers, files }: Pick<RunState, "sharers" | "files">,
  words: Words,
  redact: Redact,
): string | undefined {
  return files.size === 0 ? undefined : sharersText(sharers, words, redact);
}

/** The same of a run that has changed something. @param redact absent where no request is known */
export function sharersText(
  sharers: readonly Sharer[],
  { folders }: Words,
  redact: Redact = String,
): string | undefined {
  if (sharers.length === 0) return undefined;
  const named = sharers.map((sharer) => requestText(sharer, folders, redact));
  return folders.mixed([...new Set(named)].join(", "));
}

function requestText(
  { own, request }: Pick<Sharer, "own" | "request">,
  folders: FolderTexts,
  redact: Redact,
): string {
  if (request === undefined) return own ? folders.yours : folders.theirs;
  return folders.quoted(promptLine({ prompt: request }, redact));
}
