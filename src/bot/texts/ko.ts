import { OUTCOME_TEXTS } from "../../core/run/outcome_texts.ts";
import { KO_WORDS } from "../../core/run/run_words.ts";
import { FILES_KO } from "./file_texts.ts";
import { GROUP_KO } from "./group_texts.ts";
import { HELP_KO } from "./help_texts.ts";
import { MACHINES_KO } from "./machine_texts.ts";
import { DELIVERY_KO } from "./delivery_texts.ts";
import { LANGUAGE_KO } from "./language_texts.ts";
import { PROFILE_KO } from "./profile_texts.ts";
import { SETUP_KO } from "./setup_texts.ts";
import { CODEX_KO } from "./codex_texts.ts";
import { TALK_KO } from "./talk_texts.ts";
import { TROUBLE_KO } from "./trouble_texts.ts";
import type { Texts } from "./texts.ts";
import { RECORDS_KO } from "./record_texts.ts";

export const KO: Texts = {
  groups: GROUP_KO,
  talk: TALK_KO,
  help: HELP_KO,
  records: RECORDS_KO,
  files: FILES_KO,
  machines: MACHINES_KO,
  trouble: TROUBLE_KO,
  units: KO_WORDS.units,
  language: LANGUAGE_KO,
  delivery: DELIVERY_KO,
  profile: PROFILE_KO,
  setup: SETUP_KO,
  commands: {
    menu: {
      status: "세션, 진행 단계, 대기열, Codex 상태",
      mode: "single = 바로 답변, plan = 계획·개발·검토",
      profile: "list = 프로필 목록, 이름 = 프로필 변경",
      model: "사용 중인 모델 보기, 변경",
      effort: "모델의 추론 강도 보기, 변경",
      resume: "이 폴더의 이전 대화 이어서 하기",
      usage: "이 대화의 토큰과 계정 한도",
      cancel: "진행 중인 작업 중지 (all: 대기 중인 요청까지)",
      log: "최근 단계 보기 (all: 전체 기록을 파일로)",
      diff: "이 대화의 변경 사항 (last: 마지막 요청만)",
      file: "경로: 작업 폴더의 파일 받기",
      steer: "내용: 진행 중인 작업에 말 더하기",
      queue: "진행 중이거나 대기 중인 요청 보기",
      retry: "마지막 요청 다시 실행",
      new: "새 대화 시작",
      language: "언어 선택: en = 영어, ko = 한국어",
      rich: "제목과 표가 보이는 서식 메시지: on = 켜기, off = 끄기",
      help: "할 수 있는 일 모두 보기",
    },
    greeting: "Codex가 대기하고 있습니다",
    whatIDo:
      "하고 싶은 일을 적어 주세요. Codex가 아래 폴더에서 작업하고, 답은 이 채팅으로 보내 드립니다.",
    modeUsage: "사용법: /mode single 또는 /mode plan",
    modeIs: (mode) => `현재 모드는 ${mode}입니다.`,
    modeSet: (mode) => `이제 ${mode} 모드입니다.`,
    modeMeaning: {
      single: "개발자 한 명이 바로 답합니다.",
      plan: "선택 단계가 판단해, 필요한 요청은 계획·개발·검토를 거칩니다.",
    },
    fromNextRequest: "다음 요청부터 적용됩니다.",
    newSession: "새 대화를 시작합니다. plan 모드와 기본 프로필로 돌아갑니다.",
    takesNoWords: (command) =>
      `${command} 뒤에는 내용을 적을 수 없습니다. 명령만 보내고, 하고 싶은 일은 따로 보내 주세요. 아무것도 하지 않았습니다.`,
    stopped: (stage) => `진행 중인 작업을 중지합니다 (${stage}).`,
    dropped: (count) => `대기 중이던 요청 ${count}건을 취소했습니다.`,
    remaining: (count) =>
      `대기 중인 요청 ${count}건을 이어서 진행합니다. 모두 취소하려면 \`/cancel all\` 을 보내 주세요.`,
    nothingToCancel: "진행 중인 작업이 없습니다.",
    onlyInTopics: "여기에는 진행 중인 작업이 없습니다. 이 채팅의 토픽에서 진행 중인 작업:",
    cancelUsage:
      "사용법: /cancel 은 진행 중인 작업을 중지하고, /cancel all 은 대기 중인 요청까지 취소합니다.",
    profileUsage: "사용법: /profile list 또는 /profile 이름",
    profileSet: (name) => `이제 ${name} 프로필을 사용합니다.`,
    unknownProfile: (name) => `"${name}" 프로필이 없습니다. 사용할 수 있는 프로필:`,
    continueUsage: "사용법: /continue 또는 /drop (여러 개면 메시지에 적힌 ID를 함께)",
    nothingOffered: "결정을 기다리는 요청이 없습니다.",
    whichOffered: "결정을 기다리는 요청이 여러 개입니다. 하나를 골라 주세요:",
    unknownOffer: (id) => `ID가 "${id}"인 요청은 결정을 기다리고 있지 않습니다.`,
    approvalUsage: "사용법: /approve ID 또는 /deny ID (ID는 질문 메시지에 적혀 있습니다)",
    openApprovals: "지금 답을 기다리는 질문 (눌러서 복사):",
    unknownApproval: (id) => `ID가 "${id}"인 질문은 답을 기다리고 있지 않습니다.`,
    failed: (reason) => `처리하지 못했습니다: ${reason}`,
  },
  codex: CODEX_KO,
  status: {
    title: "상태",
    profilesTitle: "프로필",
    mode: "모드",
    profile: "프로필",
    model: "모델",
    folder: "폴더",
    rights: "샌드박스",
    lastRun: "최근 실행",
    review: "검토",
    now: "현재",
    queue: "대기열",
    codex: "Codex",
    process: "프로세스",
    lastError: "최근 오류",
    waitsForDecision: (ids) => `✋ 결정을 기다리는 중 (/approve 또는 /deny ${ids})`,
    codexDefault: "Codex 기본값",
    idle: "진행 중인 작업 없음",
    none: "없음",
    ready: "준비됨",
    notReady: "준비되지 않음",
    uptime: (time) => `가동 ${time}`,
    restarts: (count) => `재시작 ${count}회`,
    outcome: { ok: "성공", error: "실패", cancelled: "중지됨" },
    lastRunFacts: (latency, age) => `(${latency} 소요, ${age} 전)`,
    waiting: (count) => `요청 ${count}건 대기 중`,
    offered: (count) => `결정을 기다리는 요청 ${count}건 (/continue, /drop)`,
    isDefault: "기본",
    isActive: "사용 중",
  },
  refusals: {
    notAllowed: (userId) =>
      `이 봇을 사용할 권한이 없습니다. 지금 계정의 ID는 ${userId}입니다. 본인의 봇이라면 conf.toml의 [telegram] allowed_users에 이 ID를 넣고 프로그램을 다시 시작해 주세요.`,
    emptyText: "작업할 내용이 없습니다. 하고 싶은 일을 적어 주세요.",
    staleButton: "더 이상 쓸 수 없는 버튼입니다.",
    notYours: "요청한 사람만 결정할 수 있습니다.",
    echo: "⚠️ ECHO: Codex가 동작하지 않습니다. 흐름을 볼 수 있도록 요청을 그대로 돌려줄 뿐입니다.",
    notReady: (reason) => `⚠️ Codex가 준비되지 않았습니다: ${reason}`,
  },
  run: {
    ...KO_WORDS.run,
    queued: (position) => position === 1 ? "대기 중: 다음 차례" : `대기 중: ${position}번째`,
    interrupted: "중단됨: 개발 단계가 진행되는 동안 프로그램이 멈췄습니다.",
    interruptedMore:
      "파일이 바뀌었을 수 있어 자동으로 다시 실행하지 않습니다. 계속할까요, 그만둘까요?",
    old: "프로그램이 오래 꺼져 있는 동안 기다리던 요청입니다.",
    oldMore: "아직 필요한가요?",
    continueIt: "계속",
    dropIt: "그만두기",
    typed: (id) => `직접 입력: \`/continue ${id}\` 또는 \`/drop ${id}\``,
    suspended: "프로그램을 종료하는 중입니다. 다음에 시작하면 이어서 진행합니다.",
    continued: "프로그램이 다시 시작되어 작업을 이어 갑니다.",
    perhapsRepeated: "🔁 연결이 끊겨 다시 보냅니다. 이미 받으셨을 수 있습니다:",
    waitingForApproval: "결정을 기다리는 중",
    cancel: "취소",
    ...OUTCOME_TEXTS.ko,
    failedBecause: (reason) => `처리하지 못했습니다: ${reason}`,
    runId: (id) => `실행 ${id}`,
    wholeAnswerInFile: (name) => `전체 답변은 ${name} 파일에 있습니다`,
  },
  notices: {
    sessionSetAside: (file) => `대화 기록이 손상되어 ${file} 파일로 옮겨 두고 새로 시작합니다.`,
    sessionNotKept: (reason) =>
      `이 답변을 대화 기록에 남기지 못해 다음 요청은 이 내용을 모릅니다: ${reason}`,
    databaseSetAside: (file) =>
      `데이터베이스가 손상되어 ${file} 파일로 옮겨 두고 새로 시작합니다. 대기 중이거나 진행 중이던 요청은 더 이상 알 수 없습니다.`,
    cannotStore: (reason) =>
      `지금은 이 요청을 저장할 수 없습니다: ${reason}. 다시 저장할 수 있게 되면 저절로 시작되므로 다시 보내지 않아도 됩니다.`,
    givenUp:
      "이 메시지를 여러 번 처리하지 못해 그만둡니다. 이유는 프로그램 로그에 있으며, 다시 보내셔도 됩니다.",
  },
  approvals: {
    ...KO_WORDS.question,
    wholeInFile: (name) => `전체 내용은 ${name} 파일에 있습니다`,
    accept: "한 번 허용",
    acceptForSession: "이 세션 동안 허용",
    decline: "거부",
    cancel: "거부하고 중지",
    typed: (id) => `직접 입력: \`/approve ${id}\` 또는 \`/deny ${id}\``,
    decided: {
      accept: (who) => `✅ ${who} 님이 한 번 허용함`,
      "accept-for-session": (who) => `✅ ${who} 님이 이 세션 동안 허용함`,
      decline: (who) => `⛔ ${who} 님이 거부함`,
      cancel: (who) => `⏹ ${who} 님이 거부하고 중지함`,
    },
    timedOut: (duration) => `⌛ ${duration} 안에 답이 없어 거부됨`,
    expires: "만료",
    noLongerNeeded: "더 이상 필요하지 않습니다.",
    expired:
      "⌛ 만료됨: 답을 받기 전에 프로그램이 다시 시작되었습니다. 필요하면 Codex가 다시 묻습니다.",
  },
};
