/** /review: what is there already is reviewed on demand, and its findings are mended. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { LAST_WITH_MCP_SERVER, NEWEST } from "../support/codex_versions.ts";
import type { ReceivedRequest, Step } from "../support/responses_api.ts";
import { FINDING, isRole } from "./plan_script.ts";
import { singleModeTest } from "./single_mode.ts";
import { Stage } from "./stage.ts";

const verdict = (word: string, findings: readonly unknown[] = []): string =>
  JSON.stringify({ verdict: word, summary: "It is short.", findings, earlier: [] });

async function git(stage: Stage, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command("git", {
    args: ["-c", "user.name=P", "-c", "user.email=p@x", ...args],
    cwd: stage.workspace,
  }).output();
  assert.ok(success, args.join(" "));
}

const write = (stage: Stage, name: string, text: string): Promise<void> =>
  Deno.writeTextFile(join(stage.workspace, name), text);

const asksDeveloper = (words: string) => (request: ReceivedRequest): boolean =>
  isRole("developer")(request) && request.lastUserText.includes(words);

const isCodexReviewer = (request: ReceivedRequest): boolean =>
  !isRole("reviewer")(request) && /current code changes/.test(request.lastUserText);

/** Lets the reviewer answer in turn, and returns what it was given. */
function reviewer(stage: Stage, ...answers: string[]): ReceivedRequest[] {
  const asked: ReceivedRequest[] = [];
  stage.model.script({
    when: isRole("reviewer"),
    steps: (request) => {
      asked.push(request);
      return [{ message: answers[Math.min(asked.length, answers.length) - 1] ?? "" }];
    },
  });
  return asked;
}

singleModeTest(
  "/review looks at uncommitted work, a branch and a commit, and has findings mended",
  {
    backend: "auto",
    codex: NEWEST,
  },
  async (stage) => {
    await stage.ask("/review", /in no git repository[\s\S]*\/review last/);
    await stage.ask("/review last", /No request of this conversation has changed a file/);
    await git(stage, "init", "-q", "-b", "main");
    await write(stage, "kept.txt", "one\ntwo\nthree\n");
    await git(stage, "add", "-A");
    await git(stage, "commit", "-qm", "first");
    await stage.ask("/review", /Nothing to review: there is no uncommitted work/);
    const refused = await stage.ask(
      "/review mian",
      /no branch, commit or tag mian\. Did you mean main\?/,
    );
    assert.deepEqual(refused.buttons, []);
    await stage.ask("/review `main`", /Nothing to review: this branch adds nothing to main/);
    await stage.ask("/review --output=stolen", /no branch, commit or tag --output=stolen\./);

    const asked = reviewer(
      stage,
      verdict("needs_changes", [FINDING, { ...FINDING, message: "Another one", line_from: 1 }]),
      JSON.stringify({
        verdict: "approved",
        summary: "It is mended.",
        findings: [],
        earlier: [{ id: "F1", state: "settled" }, { id: "F2", state: "withdrawn" }],
      }),
      verdict("approved"),
      verdict("approved", [{ ...FINDING, severity: "minor", message: "a typo" }]),
    );
    await write(stage, "kept.txt", "one\n2\nthree\n");
    await write(stage, "fresh.txt", "fresh\n");
    const found = await stage.ask(
      "/review only the digits",
      /^Review of the uncommitted work · 2 files \+2 −1/,
    );
    assert.match(found.text, /Looked at: only the digits\n\nIt is short\./);
    assert.match(
      found.text,
      /F1 · major · kept\.txt:2\n\nThe second line is a digit\n\nSeen: cat kept\.txt/,
    );
    assert.match(found.text, /⚠️ Not approved: 2 open findings$/);
    const given = asked[0]?.lastUserText ?? "";
    assert.match(given, /- fresh\.txt \(add, \+1 -0\)/);
    assert.match(given, /-two\n\+2/);
    assert.match(given, /in their words\nonly the digits/);

    stage.model.script({
      when: asksDeveloper("Mend the findings"),
      steps: [{ command: "sed -i s/2/two/ kept.txt" }, { message: "mended" }],
    });
    await stage.ask("/review fix F7", /no open finding F7/);
    await stage.ask("/review fix `F1`, #7 and 2.", /no open finding F7\./);
    stage.world.press(stage.chat, found.id, "Fix");
    // The rounds of plan mode, whatever mode the session has.
    await stage.reply(found.id, /^mended\n\n✅ Approved in round 1 · 1 file \+1 −1/);
    const developer = stage.model.requests.find(asksDeveloper("Mend the findings"));
    assert.match(
      developer?.lastUserText ?? "",
      /- F1 \[major\] kept\.txt:2: The second line is a digit[\s\S]*- F2 /,
    );
    assert.match(asked[1]?.lastUserText ?? "", /Your earlier findings\n- F1 \[major\] kept\.txt:2/);
    assert.equal(await Deno.readTextFile(join(stage.workspace, "kept.txt")), "one\ntwo\nthree\n");
    // One is settled, the other was withdrawn.
    await stage.session((session) => JSON.stringify(session).includes('"state":"settled"'));
    await stage.ask("/review fix", /no open findings of a review here/);

    await git(stage, "checkout", "-qb", "topic");
    await git(stage, "add", "-A");
    await git(stage, "commit", "-qm", "fresh");
    await stage.ask(
      "/review main",
      /^Review of this branch against main · 1 file \+1[\s\S]*✅ Approved$/,
    );
    assert.match(asked[2]?.lastUserText ?? "", /Commits, newest first\n- [0-9a-f]+ fresh/);
    const commit = await stage.ask(
      "/review topic~0",
      /^Review of commit topic~0 · 1 file \+1[\s\S]*a typo[\s\S]*✅ Approved with notes · 1 minor$/,
    );
    assert.equal(commit.buttons.flat().some(({ text }) => text === "Fix"), true);
    await stage.ask("/review main..topic", /^Review of main\.\.topic · 1 file/);
    await stage.ask("/review last", /^Review of the latest request's changes · 1 file \+1 −1/);
    stage.model.script({
      when: asksDeveloper("fix F1"),
      steps: [{ message: "seen" }],
    });
    await stage.ask("fix F1", /^seen$/);
    const told = stage.model.requests.findLast(({ lastUserText }) =>
      lastUserText.includes("fix F1")
    );
    assert.match(
      told?.lastUserText ?? "",
      /A reviewer looked at a change[\s\S]*F1 \[minor\][\s\S]*a typo/,
    );
    stage.model.script({ when: asksDeveloper("Mend the findings"), steps: [{ message: "done" }] });
    await stage.ask("/review fix 1", /^done/);
    await stage.ask("/language ko", /한국어/);
    await stage.ask(
      "/review main",
      /^main 대비 현재 브랜치 검토 · [\s\S]*✅ 참고 사항과 함께 검토 통과 · 사소한 지적 1건$/,
    );
    assert.match(asked.at(-1)?.lastUserText ?? "", /Write in Korean/);
  },
);

const CODEX_SAYS = {
  findings: [{
    title: "[P1] Digits",
    body: "The second line is a digit.",
    confidence_score: 0.9,
    priority: 1,
    code_location: {
      absolute_file_path: "/work/kept.txt",
      line_range: { start: 2, end: 2 },
    },
  }],
  overall_correctness: "patch is incorrect",
  overall_explanation: "It breaks the list.",
  overall_confidence_score: 0.8,
};

for (const codex of ["0.140.0", NEWEST] as const) {
  singleModeTest("/review codex asks Codex's own reviewer, /review the one of plan mode", {
    backend: "auto",
    codex,
  }, async (stage) => {
    await git(stage, "init", "-q", "-b", "main");
    await write(stage, "kept.txt", "one\ntwo\nthree\n");
    await git(stage, "add", "-A");
    await git(stage, "commit", "-qm", "first");
    await write(stage, "kept.txt", "one\n2\nthree\n");
    reviewer(stage, verdict("approved"));
    await stage.ask("/review", /^Review of the uncommitted work[\s\S]*✅ Approved$/);
    stage.model.script({
      when: (request) => !isRole("reviewer")(request) && !isRole("developer")(request),
      steps: [{ message: JSON.stringify(CODEX_SAYS) }],
    });
    const said = await stage.ask("/review codex", /It breaks the list\.[\s\S]*gives no verdict\.$/);
    assert.match(said.text, /^Review of the uncommitted work · 1 file \+1 −1/);
    assert.match(said.text, /Digits/);
    assert.equal(said.buttons.flat().some(({ text }) => text === "Fix"), true);
    // Nothing of it is taken for a turn that nobody asked for.
    assert.equal(
      stage.world.transcript(stage.chat).some(({ text }) => text.includes("by itself")),
      false,
    );
    await stage.ask("/review codex main~0 only the SQL", /gives no verdict\.$/);
    assert.match(stage.model.requests.at(-1)?.lastUserText ?? "", /git diff[\s\S]*only the SQL/);
  });
}

singleModeTest(
  "a review is shown and stopped like a request, queued behind one, and goes on after a restart",
  {
    backend: "auto",
    codex: NEWEST,
  },
  async (stage) => {
    await git(stage, "init", "-q", "-b", "main");
    await write(stage, "fresh.txt", "fresh\n");
    const held = Promise.withResolvers<void>();
    const silent: Step = { until: held.promise, then: { message: "late" } };
    stage.model.script({ when: (request) => !isRole("developer")(request), steps: [silent] });
    for (const typed of ["/review", "/review codex"]) {
      const request = stage.say(typed);
      const shown = await stage.reply(request, /^🔎 Reviewing/);
      await stage.model.received(typed === "/review" ? isRole("reviewer") : isCodexReviewer);
      stage.world.press(stage.chat, shown.id, "Cancel");
      await stage.reply(request, /^⏹ Stopped/);
    }
    // Codex itself was not restarted for it.
    assert.doesNotMatch(stage.output, /codex\.restart/);

    const request = stage.say("/review");
    await stage.reply(request, /^🔎 Reviewing/);
    const behind = stage.say("/review main");
    await stage.reply(behind, /Queued · 1st|Queued/);
    reviewer(stage, verdict("approved"));
    held.resolve();
    await stage.startAfterKill();
    await stage.reply(request, /^Review of the uncommitted work[\s\S]*✅ Approved$/);
    await stage.reply(behind, /This repository has no commit yet/);
  },
);

Deno.test("/review says over the MCP server that it cannot", async () => {
  await using stage = await Stage.set({ codex: LAST_WITH_MCP_SERVER, backend: "mcp" });
  await stage.start();
  await stage.ask("/review", /cannot review a change\. Set backend = "app-server"/);
});

singleModeTest(
  "after a review that failed /retry repeats no older request, unless it is a reply to that",
  { backend: "auto", codex: NEWEST },
  async (stage) => {
    const older = stage.say("hello");
    await stage.reply(older, /^ok: hello$/);
    await git(stage, "init", "-q", "-b", "main");
    await write(stage, "kept.txt", "one\n");
    stage.model.script({ when: isRole("reviewer"), steps: [{ status: 500 }] });
    await stage.ask("/review", /^❌ Failed: [\s\S]*\/review tries again/);
    await stage.ask("/retry", /^The last work was no request: \/review tries it again/);
    const before = stage.model.requests.length;
    stage.world.send(stage.chat, { text: "/retry", replyTo: older });
    await stage.model.received((request) =>
      stage.model.requests.indexOf(request) >= before && request.lastUserText === "hello"
    );
    assert.equal(stage.model.requests.length, before + 1);
  },
);
