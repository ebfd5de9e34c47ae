import assert from "node:assert/strict";
import { noticeText } from "../../src/texts/notice_text.ts";
import { languageOf, LANGUAGES, textsFor } from "../../src/texts/texts.ts";

type Leaves = Map<string, unknown>;

/** Every text by its dotted key. */
function leaves(value: unknown, prefix = ""): Leaves {
  if (typeof value !== "object" || value === null) return new Map([[prefix, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, part]) => [...leaves(part, `${prefix}.${key}`)]),
  );
}

/** The text with recognisable arguments filled in. */
function filledIn(text: unknown): string {
  return typeof text === "function" ? String(text("ARG1", "ARG2")) : String(text);
}

const [en, ko] = LANGUAGES.map((language) => leaves(textsFor(language)));

Deno.test("the languages have the same texts", () => {
  assert.deepEqual([...ko?.keys() ?? []].sort(), [...en?.keys() ?? []].sort());
});

Deno.test("no text is empty, and every one shows what it is given", () => {
  for (const texts of [en, ko]) {
    for (const [key, text] of texts ?? []) {
      const filled = filledIn(text);
      assert.notEqual(filled.trim(), "", key);
      if (typeof text === "function") assert.match(filled, /ARG1/, key);
      if (typeof text === "function" && text.length === 2) assert.match(filled, /ARG2/, key);
    }
  }
});

/** What is typed, or a name. */
const ALIKE = [
  ".session.labels.codex",
  ".commands.placeholders.checks",
  ".commands.placeholders.id",
  ".commands.placeholders.language",
  ".commands.placeholders.planApproval",
  ".commands.placeholders.checks",
];

Deno.test("Korean texts are Korean", () => {
  const untranslated = [...ko ?? []].filter(([key, text]) =>
    filledIn(text) === filledIn(en?.get(key)) &&
    !ALIKE.includes(key)
  );
  assert.deepEqual(untranslated, []);
});

Deno.test("menu descriptions fit into Telegram's menu", () => {
  for (const language of LANGUAGES) {
    for (const [command, text] of Object.entries(textsFor(language).commands.briefs)) {
      assert.match(command, /^[a-z0-9_]{1,32}$/);
      assert.ok(text.length <= 256);
    }
  }
});

Deno.test("languageOf() is Korean for Korean clients and English for all others", () => {
  assert.deepEqual(["ko", "ko-KR", "KO", "en", "de", undefined].map(languageOf), [
    "ko",
    "ko",
    "ko",
    "en",
    "en",
    "en",
  ]);
});

Deno.test("a conversation that begins anew with nothing in it is told no last messages", () => {
  const moved = (messages: number, language: "en" | "ko"): string =>
    noticeText({ type: "conversation.moved", messages, elsewhere: false }, textsFor(language));
  assert.match(moved(0, "en"), /in a new one\. It knows nothing of what was asked before\.$/);
  assert.match(moved(1, "en"), /It knows our last message as text/);
  assert.match(moved(3, "en"), /It knows our last 3 messages as text/);
  assert.match(moved(0, "ko"), /전에 요청하신 내용은 전달되지 않습니다\.$/);
  assert.match(moved(3, "ko"), /최근 메시지 3개는 글로 전달되지만/);
});

Deno.test("why checks were not run is said in the person's language, with what runs them again", () => {
  const trouble = { kind: "unreachable", machine: "wss://build" } as const;
  const notice = { type: "checks.not-run", reason: "No route", elsewhere: false } as const;
  assert.match(noticeText(notice, textsFor("ko")), /No route$/);
  const said = noticeText({ ...notice, trouble }, textsFor("ko"));
  assert.match(said, /^(?!.*No route)(?!.*\/retry).*wss:\/\/build.*\/checks run/);
});
