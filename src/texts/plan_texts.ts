/** Texts of plans: how one is shown, decided on and changed, and of the command /plan. */

const en = {
  title: "Plan",
  /** Of a plan that was made anew. */
  revised: (revision: number) => `Plan ${revision}`,
  goal: "Goal",
  steps: "Steps",
  checks: "Checks",
  risks: "Risks",
  questions: "Open questions",
  /** Behind an open question that nobody answered. */
  notAnswered: "not answered: Codex decides and says how",
  noChange: "Nothing has to be changed for this.",
  more: "… The whole plan: /plan",

  /** Below the plan. */
  foot: {
    answers: "Answer the question below first.",
    go: "Waiting for your Go, for as long as it takes. Reply to this message to change the plan.",
    working: "The work goes on by this plan. Reply to this message to change it.",
    decided: {
      go: (who: string) => `Go by ${who}`,
      change: (who: string, words: string) => `Changed by ${who}: ${words}`,
      cancel: (who: string) => `Cancelled by ${who}`,
    },
    replaced: "A new plan follows.",
    stoppedFor: "The work by this plan was stopped. A new plan follows.",
    cancelled: "Cancelled. Nothing was changed.",
  },
  you: "you",
  buttons: { go: "Go", change: "Change", cancel: "Cancel", stop: "Stop" },
  /** After Change. */
  askWords:
    "What should be different? Send it as your next message, or as a reply to the plan. The plan is made anew with it.",
  /** The same in a group, where the bot may not see what does not name it. */
  askReply:
    "What should be different? Reply to this message, or to the plan, with it. The plan is made anew with it.",
  /** In the status of a run. */
  waiting: "Waiting for your Go",
  /** In /status. */
  short: { auto: "carried out at once (/plan)", ask: "wait for your Go (/plan)" },
  /** In the list of what is open. */
  subject: (goal: string) => `Plan: ${goal}`,
  /** To a press at a moment in which no decision is wanted. */
  notNow:
    "The plan cannot be changed at this moment. Send the change as its own message: it follows this request.",

  /** At the terminal. */
  terminal: {
    words: "What should be different?",
    nobody:
      'Nobody here can say Go (plan_approval is "ask"), so nothing was changed. Start "chat" in a terminal without a request, or use /plan auto there.',
  },

  command: {
    ask: "Plans wait for your Go.",
    auto: "Plans are shown and carried out at once.",
    now: {
      ask: "Now: ask. Plans wait for your Go.",
      auto: "Now: auto. Plans are carried out at once.",
    },
    pick: "Change it with `/plan ask` or `/plan auto`.",
    last: "The last plan of this conversation:",
    none: "This conversation has no plan yet.",
    onlyInPlanMode: "Only plan mode makes plans: /mode plan",
    words:
      "/plan takes ask or auto. Send the request as its own message; in plan mode a bigger one gets a plan.",
  },
};

export type PlanTexts = typeof en;

const ko: PlanTexts = {
  title: "계획",
  revised: (revision) => `계획 ${revision}`,
  goal: "목표",
  steps: "단계",
  checks: "확인",
  risks: "위험",
  questions: "남은 질문",
  notAnswered: "답 없음: Codex가 스스로 정하고 알려 드립니다",
  noChange: "바꿀 파일이 없는 요청입니다.",
  more: "… 전체 계획: /plan",
  foot: {
    answers: "먼저 아래 질문에 답해 주세요.",
    go: "승인을 기다립니다. 시간제한은 없습니다. 계획을 바꾸려면 이 메시지에 답장해 주세요.",
    working: "이 계획대로 작업 중입니다. 바꾸려면 이 메시지에 답장해 주세요.",
    decided: {
      go: (who) => `시작 · ${who}`,
      change: (who, words) => `변경 · ${who}: ${words}`,
      cancel: (who) => `취소 · ${who}`,
    },
    replaced: "새 계획을 보내 드립니다.",
    stoppedFor: "이 계획으로 하던 작업을 멈췄습니다. 새 계획을 보내 드립니다.",
    cancelled: "취소했습니다. 바뀐 것은 없습니다.",
  },
  you: "사용자",
  buttons: { go: "시작", change: "변경", cancel: "취소", stop: "중지" },
  askWords:
    "무엇을 바꿀까요? 다음 메시지로 보내거나 계획에 답장해 주세요. 그 내용으로 계획을 다시 세웁니다.",
  askReply: "무엇을 바꿀까요? 이 메시지나 계획에 답장해 주세요. 그 내용으로 계획을 다시 세웁니다.",
  waiting: "시작 승인을 기다리는 중",
  short: { auto: "바로 실행 (/plan)", ask: "승인 후 실행 (/plan)" },
  subject: (goal) => `계획: ${goal}`,
  notNow: "지금은 계획을 바꿀 수 없습니다. 바꿀 내용을 따로 보내 주시면 이 요청 다음에 처리합니다.",
  terminal: {
    words: "무엇을 바꿀까요?",
    nobody:
      'plan_approval이 "ask"인데 여기에는 승인할 사람이 없어 아무것도 바꾸지 않았습니다. 요청 없이 터미널에서 chat을 시작하거나, 거기서 /plan auto로 바꿔 주세요.',
  },
  command: {
    ask: "이제 계획을 보여 드리고 승인을 기다립니다.",
    auto: "이제 계획을 보여 드리고 바로 시작합니다.",
    now: {
      ask: "현재: ask. 계획을 보여 드리고 승인을 기다립니다.",
      auto: "현재: auto. 계획을 보여 드리고 바로 시작합니다.",
    },
    pick: "바꾸려면 `/plan ask` 또는 `/plan auto` 를 보내 주세요.",
    last: "이 대화의 마지막 계획:",
    none: "이 대화에는 아직 계획이 없습니다.",
    onlyInPlanMode: "계획은 plan 모드에서만 세웁니다: /mode plan",
    words:
      "/plan 뒤에는 ask 또는 auto만 쓸 수 있습니다. 요청은 따로 보내 주세요. plan 모드에서는 큰 요청의 계획을 먼저 세웁니다.",
  },
};

export const PLAN_TEXTS = { en, ko };
