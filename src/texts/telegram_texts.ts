/** Texts of Telegram alone: refusals, files, groups, languages, the bot's profile, the setup. */
import type { Language } from "./texts.ts";

const en = {
  refusals: {
    /** To a stranger in a private chat. */
    notAllowed: (userId: number) =>
      `You are not allowed to use this bot. Your ID is ${userId}. If this is your bot, add the ID to allowed_users under [telegram] in conf.toml and restart the program.`,
    emptyText: "There is nothing to work on. Write what you want done.",
    /** Of what another bot wrote for the person. */
    inline: "I don't take what is sent through another bot. Write it yourself.",
    staleButton: "This button no longer works.",
    notYours: "Only the person who sent the request can decide this.",
    /** Of a button that decides nothing. */
    othersButton: "This button is for the person who asked.",
  },

  /** In place of a status message that a lost connection left behind. */
  leftBehind: {
    shownElsewhere: "Another message shows this request.",
    ended: "This request has ended.",
  },

  files: {
    /** To files that came without a word. */
    kept: (names: string) =>
      `Kept for your next request: ${names}. Write what to do with it, or send /new to discard it.`,
    notFetched: {
      "too-big": (name: string) =>
        `${name} is larger than 20 MB, the most that a bot can get from Telegram.`,
      unreachable: (name: string) =>
        `${name} could not be downloaded from Telegram. Send it again.`,
      refused: (name: string) => `Telegram no longer hands out ${name}. Send it again.`,
      local: (name: string) =>
        `The Bot API server runs with --local and keeps ${name} on its own disk. Start it without --local to send me files.`,
    },
    notKept: (name: string, reason: string) => `${name} could not be saved: ${reason}.`,
    tooMuchText: "That is too much text for one request. Send it as a file.",
    /** Behind the reason. */
    nothingStarted: "Nothing was started.",
    /** What a message is, for the sentence below. */
    content: {
      animation: "an animation",
      audio: "music",
      checklist: "a checklist",
      contact: "a contact",
      dice: "a die",
      document: "this document",
      game: "a game",
      giveaway: "a giveaway",
      invoice: "an invoice",
      live_photo: "a live photo",
      location: "a location",
      paid_media: "paid media",
      photo: "this photo",
      poll: "a poll",
      rich_message: "a rich message",
      sticker: "a sticker",
      story: "a story",
      unknown: "something of a kind that I don't know",
      venue: "a place",
      video: "a video",
      video_note: "a video message",
      voice: "a voice message",
    },
    notTaken: (content: string) =>
      `I can't work with ${content}. Write what you want done, or send a photo or a file.`,
    voice: {
      /** Above the words. */
      heard: "Understood:",
      nothingHeard: "No words were understood in the recording.",
      failed: (reason: string) =>
        `The recording could not be written down: ${reason}. Write your request, or check [voice] in conf.toml.`,
      notSetUp:
        "I can't listen to recordings yet. Write your request, or set command or endpoint under [voice] in conf.toml and restart the program.",
    },
    /** A part of a message whose other parts are used. */
    leftOut: (content: string) => `Not passed on to Codex: ${content}. Text, photos and files are.`,
    /** Of files for a request that runs on another machine. */
    onlyWithNewRequest:
      "Files reach another machine only with a new request, so this is queued as its own.",
    edited: {
      /** Behind the reason. */
      unchanged: "The request is unchanged.",
      empty: "Your edit leaves no words, so the request keeps its earlier ones.",
      /** Of a request in several messages, sent before a restart. */
      partsForgotten:
        "I was restarted and no longer have every part of this request, so it keeps its earlier words. To change it, cancel it in /queue and send it again.",
      /** To a button of which nothing is known any more. */
      forgotten: "This edit was used already, or is too old. Send the new words as a message.",
      /** Of a message that is no request, or one that is not known any more. */
      unknown: "Editing this message changes nothing here. Send the new words as a message.",
      /** Of a request that waits. */
      replaced: "The queued request has your new words.",
      /** Of one that runs, above a button. */
      running: "This request is already running with its earlier words.",
      send: "Send the change to Codex",
      sent: "Codex gets your new words.",
      /** Where Codex takes no words during a turn. */
      cannotSend:
        "This request is already running, and this Codex takes no changes. Send /cancel, then the request again.",
      inReview:
        "This request is being reviewed and takes no changes now. Send the change as a new message.",
      /** Of one that has ended, above a button. */
      ended: "This request has already ended.",
      again: "Run it with the new words",
      command: "Edited commands are not run. Send the command again.",
    },
  },

  /** In the chat that the group has become. */
  groupMoved: (from: string, to: string) =>
    `This group has become a supergroup, which is a new chat for Telegram. I continue here with a new conversation. In conf.toml, replace ${from} with ${to} in allowed_chats under [telegram].`,

  rich: {
    isOn: "Rich messages are on in this chat.",
    isOff: "Rich messages are off in this chat.",
    pick: "Switch with `/rich on` or `/rich off`.",
    switchedOn: "Rich messages are on: your next answers have real headings, lists and tables.",
    /** Below it: what can go wrong, and the way back. */
    warning:
      "Some Telegram apps show them blank, and I cannot tell. If an answer looks empty, send /rich off and ask again.",
    switchedOff: "Rich messages are off: your next answers are plain messages.",
  },

  language: {
    ask: "Which language? Press a button, or send `/language en` or `/language ko`.",
    chosen: "I'll write to you in English from now on.",
    /** On the buttons: each can be read by who wants it. */
    names: { en: "English", ko: "한국어 (Korean)" } satisfies Record<Language, string>,
  },

  /** What Telegram shows of the bot before anybody has written to it. */
  botProfile: {
    /** In an empty chat; at most 512 characters. */
    description:
      "The Codex CLI of your computer, on your phone. Write what you want done in the project folder: it is planned, built and reviewed there. You are asked before anything risky, and the answer comes back here.\n\nOnly people on the owner's list can use it. /start shows where things stand, /help lists all commands.",
    /** On the bot's profile and in links to it; at most 120 characters. */
    shortDescription:
      "Your Codex CLI by phone: requests, live progress, approvals, answers. Only for people on the owner's list.",
  },

  /** The first message of a bot that was set up just now. */
  setup: {
    connected: "✅ This chat is connected to your computer.",
    folder: (path: string) => `Codex will work in ${path}.`,
    whatNext:
      "Start codex-orchestrator on the computer, then write here what you want done. /help lists all commands.",
  },
};

export type TelegramTexts = typeof en;

const ko: TelegramTexts = {
  refusals: {
    notAllowed: (userId) =>
      `이 봇을 사용할 권한이 없습니다. 지금 계정의 ID는 ${userId}입니다. 본인의 봇이라면 conf.toml의 [telegram] allowed_users에 이 ID를 추가하고 프로그램을 다시 시작해 주세요.`,
    emptyText: "작업할 내용이 없습니다. 하고 싶은 일을 적어 주세요.",
    inline: "다른 봇을 통해 보낸 메시지는 처리하지 않습니다. 직접 적어 주세요.",
    staleButton: "더 이상 쓸 수 없는 버튼입니다.",
    notYours: "요청을 보낸 사람만 결정할 수 있습니다.",
    othersButton: "요청을 보낸 사람만 쓸 수 있는 버튼입니다.",
  },
  leftBehind: {
    shownElsewhere: "이 요청은 다른 메시지에 표시됩니다.",
    ended: "이 요청은 끝났습니다.",
  },
  files: {
    kept: (names) =>
      `다음 요청에 쓸 수 있게 보관했습니다: ${names}. 무엇을 할지 적어 주세요. 버리려면 /new 를 보내 주세요.`,
    notFetched: {
      "too-big": (name) => `${name} 파일은 봇이 텔레그램에서 받을 수 있는 한도인 20MB보다 큽니다.`,
      unreachable: (name) => `${name} 파일을 텔레그램에서 내려받지 못했습니다. 다시 보내 주세요.`,
      refused: (name) => `텔레그램에 ${name} 파일이 더 이상 없습니다. 다시 보내 주세요.`,
      local: (name) =>
        `Bot API 서버가 --local 로 실행 중이라 ${name} 파일을 자기 디스크에만 둡니다. 파일을 보내려면 --local 없이 실행해 주세요.`,
    },
    notKept: (name, reason) => `${name} 파일을 저장하지 못했습니다: ${reason}.`,
    tooMuchText: "한 번의 요청으로 처리하기에는 글이 너무 깁니다. 파일로 보내 주세요.",
    nothingStarted: "아무 작업도 시작하지 않았습니다.",
    content: {
      animation: "움직이는 이미지",
      audio: "음악",
      checklist: "체크리스트",
      contact: "연락처",
      dice: "주사위",
      document: "이 문서",
      game: "게임",
      giveaway: "경품 이벤트",
      invoice: "청구서",
      live_photo: "라이브 포토",
      location: "위치",
      paid_media: "유료 미디어",
      photo: "이 사진",
      poll: "투표",
      rich_message: "서식 메시지",
      sticker: "스티커",
      story: "스토리",
      unknown: "제가 알지 못하는 종류의 내용",
      venue: "장소",
      video: "동영상",
      video_note: "영상 메시지",
      voice: "음성 메시지",
    },
    notTaken: (content) =>
      `처리할 수 없는 메시지입니다 (${content}). 하고 싶은 일을 글로 적거나 사진이나 파일로 보내 주세요.`,
    voice: {
      heard: "이렇게 들었습니다:",
      nothingHeard: "녹음에서 알아들은 말이 없습니다.",
      failed: (reason) =>
        `녹음을 글로 옮기지 못했습니다: ${reason}. 요청을 글로 적거나 conf.toml의 [voice] 설정을 확인해 주세요.`,
      notSetUp:
        "아직 녹음을 들을 수 없습니다. 요청을 글로 적거나, conf.toml의 [voice]에 command 또는 endpoint를 설정하고 프로그램을 다시 시작해 주세요.",
    },
    leftOut: (content) => `Codex에 전달하지 않은 내용: ${content}. 글, 사진, 파일만 전달합니다.`,
    onlyWithNewRequest:
      "다른 컴퓨터로는 새 요청과 함께만 파일을 보낼 수 있어, 별도의 요청으로 대기합니다.",
    edited: {
      unchanged: "요청은 그대로입니다.",
      empty: "수정한 메시지에 글이 없어 요청은 수정 전 내용 그대로입니다.",
      partsForgotten:
        "프로그램이 다시 시작되어 이 요청의 일부 메시지를 더 이상 알지 못합니다. 요청은 수정 전 내용 그대로입니다. 바꾸려면 /queue 에서 취소한 뒤 다시 보내 주세요.",
      forgotten: "이미 사용했거나 너무 오래된 수정입니다. 바꿀 내용을 새 메시지로 보내 주세요.",
      unknown: "이 메시지를 수정해도 반영되지 않습니다. 바꿀 내용을 새 메시지로 보내 주세요.",
      replaced: "대기 중인 요청을 수정하신 내용으로 바꿨습니다.",
      running: "이 요청은 이미 수정 전 내용으로 진행 중입니다.",
      send: "수정한 내용을 Codex에 보내기",
      sent: "수정하신 내용을 Codex에 전달합니다.",
      cannotSend:
        "이 요청은 이미 진행 중이며, 이 Codex는 도중에 바꿀 수 없습니다. /cancel 로 중지한 뒤 다시 보내 주세요.",
      inReview:
        "이 요청은 검토 중이라 지금은 바꿀 수 없습니다. 고칠 내용을 새 메시지로 보내 주세요.",
      ended: "이 요청은 이미 끝났습니다.",
      again: "수정한 내용으로 다시 실행",
      command: "수정한 명령은 실행되지 않습니다. 명령을 다시 보내 주세요.",
    },
  },
  groupMoved: (from, to) =>
    `그룹이 슈퍼그룹으로 바뀌어 텔레그램에서는 새 채팅이 되었습니다. 여기서 새 대화로 이어 갑니다. conf.toml의 [telegram] allowed_chats에 적힌 ${from} 값을 ${to} 값으로 바꿔 주세요.`,
  rich: {
    isOn: "이 채팅에는 답변을 서식 메시지로 보냅니다.",
    isOff: "이 채팅에는 답변을 일반 메시지로 보냅니다.",
    pick: "바꾸려면 `/rich on` 또는 `/rich off` 를 보내 주세요.",
    switchedOn: "다음 답변부터 제목, 목록, 표가 그대로 보이는 서식 메시지로 보냅니다.",
    warning:
      "일부 텔레그램 앱에서는 서식 메시지가 비어 보일 수 있고, 저는 이를 알 수 없습니다. 답변이 비어 보이면 /rich off 를 보낸 뒤 다시 요청해 주세요.",
    switchedOff: "다음 답변부터 일반 메시지로 보냅니다.",
  },
  language: {
    ask: "어느 언어로 쓸까요? 버튼을 누르거나 `/language en` 또는 `/language ko` 를 보내 주세요.",
    chosen: "이제부터 한국어로 말씀드리겠습니다.",
    names: { en: "English (영어)", ko: "한국어" },
  },
  botProfile: {
    description:
      "컴퓨터의 Codex CLI를 휴대폰에서 쓰게 해 주는 봇입니다. 할 일을 적으면 프로젝트 폴더에서 계획하고 개발한 뒤 검토합니다. 위험한 작업은 먼저 여쭤보고, 결과는 이 채팅으로 보내 드립니다.\n\n소유자가 허용한 사람만 사용할 수 있습니다. /start 는 현재 상태를, /help 는 모든 명령을 보여 줍니다.",
    shortDescription:
      "휴대폰에서 쓰는 Codex CLI: 요청, 실시간 진행 상황, 허용 여부 결정, 답변. 소유자가 허용한 사람만 사용할 수 있습니다.",
  },
  setup: {
    connected: "✅ 이 채팅이 컴퓨터와 연결되었습니다.",
    folder: (path) => `Codex는 ${path} 폴더에서 작업합니다.`,
    whatNext:
      "컴퓨터에서 codex-orchestrator를 시작한 뒤, 여기에 하고 싶은 일을 적어 주세요. /help 를 보내면 모든 명령을 볼 수 있습니다.",
  },
};

export const TELEGRAM_TEXTS = { en, ko };
