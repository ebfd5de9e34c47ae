import type { StoryWords } from "./words.ts";

export const KOREAN: StoryWords = {
  suggestions: [
    { part: "job", text: "tally에 --json 옵션을 추가해 주세요. CI에서 집계를 읽어야 합니다" },
    { part: "look", text: "이 폴더에 무엇이 있나요?" },
    { part: "explain", text: "tally는 단어를 어떻게 세나요?" },
  ],
  planned: "프로그램과 보고서, 테스트, README를 함께 고쳐야 합니다",
  direct: "프로젝트에 대한 질문입니다",
  plan: {
    goal: "`tally --json`이 JSON 객체 하나를 출력합니다. 기본값은 그대로 표입니다.",
    steps: [
      "표 옆에 JSON 보고서 추가",
      "옵션 추가",
      "JSON 테스트 추가",
      "옵션 설명 추가",
    ],
    risk: "진행 표시가 JSON에 섞이면 안 됩니다",
    question: "객체에 전체 합계도 넣을까요?",
    withTotal: "예, 합계도 넣기",
    withoutTotal: "아니요, 파일별로만",
  },
  checklist: ["표를 만드는 방법 확인", "보고서와 옵션 추가", "테스트", "실패한 부분 고치기"],
  lookingFirst: "먼저 표를 어떻게 만드는지 살펴보겠습니다.",
  testFails:
    "두 출력을 함께 읽으면 진행 표시가 JSON에 섞입니다. `--json`에서는 진행 표시를 끄겠습니다.",
  fixing:
    "리뷰어의 지적이 맞습니다. 파일 이름에 따옴표가 있으면 문자열이 끊깁니다. docs 검사가 요구하는 README 설명도 함께 넣겠습니다.",
  firstReport: "`tally --json`이 객체 하나를 출력하고, 테스트가 그 형태를 확인합니다.",
  review: {
    suspicion: "파일 이름에 따옴표가 있으면 어떻게 될까요?",
    summary: "평범한 이름에는 맞지만 모든 이름에 맞지는 않습니다.",
    finding: "파일 이름에 따옴표가 있으면 올바른 JSON이 아닙니다.",
    evidence: 'a"b.md로 실행하니 {"file":"…a"b.md"}가 출력되었습니다',
    fix: "이름의 따옴표와 역슬래시를 이스케이프하세요",
    approved: "이름이 이스케이프되고 테스트가 이를 확인하며, README에 옵션이 설명되어 있습니다.",
    nothing: "고쳐야 할 점이 없습니다.",
  },
  whyInstall: "CI는 프로젝트 옆 폴더에서 tally를 실행합니다. 그곳에 복사해 시험해 볼까요?",
  installed: "CI처럼 `../ci`에서 실행해 확인했습니다.",
  notInstalled: "결정하신 대로 `../ci`에는 넣지 않았습니다.",
  answer: (withTotal, installed) =>
    `## \`tally --json\` 추가 완료

집계가 **JSON 객체 하나**로 나옵니다${withTotal ? " (합계 포함)" : ""}. 기본값은 그대로 표입니다.

- \`lib/report.sh\`: \`table\` 옆에 \`json\` 추가, 이름은 이스케이프
- \`tally\`: 옵션 추가, 진행 표시 없음
- \`tests/json_test.sh\`: 테스트 두 개
- \`README.md\`: 사용 방법

| 검사 | 결과 |
| --- | --- |
| tests | 3개 통과 |
| docs | 통과 |

${installed}

\`\`\`sh
sh tally --json docs/*.md
\`\`\`

> 리뷰의 F1: 파일 이름의 따옴표가 JSON을 깨뜨렸습니다. 2라운드에서 고쳤습니다.`,
  alreadyThere: "`tally --json`은 이미 있습니다. /undo로 되돌리면 다시 만들 수 있습니다.",
  look: (files) =>
    `단어를 세는 작은 셸 프로그램과 테스트입니다.

\`\`\`
${files}
\`\`\`

\`/file tally\`처럼 /file로 파일을 받을 수 있습니다.`,
  explain:
    '`tally`는 파일마다 `wc -w`로 단어 수를 구해 "단어 수와 파일" 줄로 넘기고, `lib/report.sh`의 `table`이 줄을 맞춥니다.',
  tryOne: "다음 중에서 골라 보세요",
  onlyOneJob:
    "이 데모는 대본대로 한 가지 작업만 보여 줍니다. 쓰신 글을 모델이 읽지는 않지만, 나머지는 모두 실제 프로그램입니다.",
  nothingNow: "지금은 괜찮습니다",
  sentForYou: "대신 보냈습니다.",
  listed: (suggestions) =>
    `이 데모는 대본대로 한 가지 작업만 보여 줍니다. 쓰신 글을 모델이 읽지는 않지만, 나머지는 모두 실제 프로그램입니다. 다음 중 하나를 보내 보세요.\n\n${
      suggestions.map((text) => `- ${text}`).join("\n")
    }`,
  added: (text) => `“${text}” 확인했습니다. 다만 이 데모의 대본은 그대로 진행됩니다.`,
};
