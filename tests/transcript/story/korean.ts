import type { Words } from "./words.ts";

export const KOREAN: Words = {
  language: "ko",
  person: "지우",
  request:
    "tally에 --json 옵션을 추가해 주세요. CI에서 집계를 읽을 수 있어야 하고, 기본값은 지금처럼 표로 두세요.",
  reason: "명령줄, 보고서, 테스트를 함께 고쳐야 합니다",
  plan:
    "목표: `tally --json`이 JSON 객체 하나를 출력합니다.\n\n1. src/main.ts와 src/report.ts 읽기\n2. asTable 옆에 asJson과 옵션 추가\n3. 객체의 형태를 테스트\n4. 커밋",
  checklist: [
    "집계를 출력하는 곳 찾기",
    "asJson과 --json 옵션 추가",
    "JSON 보고서 테스트",
    "커밋",
  ],
  lookingFirst: "먼저 표를 어떻게 만드는지 살펴보겠습니다.",
  fixing: "리뷰어의 지적이 맞습니다. 진행 표시는 표준 오류로 보내야 합니다.",
  review: {
    summary: "객체는 맞지만 표준 출력에 다른 줄이 섞입니다.",
    finding:
      '"reading …" 줄이 여전히 표준 출력에 나와 CI가 받는 내용이 JSON이 아닙니다. 표준 오류로 출력하세요.',
  },
  approved: "이제 출력은 순수한 JSON이고 테스트가 이를 확인합니다.",
  whyAsk: ".git 폴더는 읽기 전용입니다. 작업과 테스트는 끝났습니다.",
  answer: `## \`tally --json\` 추가 완료

집계가 이제 **JSON 객체 하나**로 나옵니다. 기본값은 그대로 표입니다.

- \`src/report.ts\`: \`asTable()\` 옆에 \`asJson()\`
- \`src/main.ts\`: 옵션 추가, 진행 표시는 *표준 오류*로
- \`tests/report_test.ts\`: 테스트 두 개 추가

| 확인 | 결과 |
| --- | --- |
| 테스트 | 3개 통과 |
| 타입 | 이상 없음 |

CI에서는 이렇게 씁니다:

\`\`\`sh
tally --json docs/*.md | jq .total
\`\`\`

> 리뷰에서 발견: 진행 표시가 JSON에 섞였습니다. 2라운드에서 고쳤습니다.`,
  captions: [
    "메시지 하나가 스스로 갱신됩니다",
    "샌드박스를 벗어나기 전에 묻습니다",
    "리뷰까지 끝나면 답이 알림으로 옵니다",
  ],
  page: {
    title: "휴대폰으로 만드는 기능 하나",
    introduction:
      "채팅에 보이는 그대로의 plan 실행입니다. 실제 프로그램과 실제 Codex를 대본대로 답하는 모델로 실행해 `deno task docs:transcript`로 기록했습니다.",
    edited: "수정됨",
    after: (seconds) => `${seconds}초 뒤`,
    silent: "무음",
    rings: "알림",
    bot: "Codex",
    field: "메시지",
  },
};
