/**
 * Plays the demo's job, role by role. What each does follows from the files as they are, so that the job
 * can be taken back and played again, and a review on demand sees what is there.
 */
import type { TurnInput } from "../../core/codex/codex.ts";
import { requestIn } from "../../core/text/prompt_sections.ts";
import type { Actor } from "../codex/actor.ts";
import type { Script } from "../codex/scripted_codex.ts";
import { ENGLISH } from "./english.ts";
import { KOREAN } from "./korean.ts";
import {
  addJson,
  escapeNames,
  escapesNames,
  hasJson,
  INSTALL,
  quietly,
  RUN_DOCS,
  RUN_TESTS,
  TRY_QUOTE,
  WRITE_README_AND_TEST,
  writeTests,
} from "./tally.ts";
import type { StoryWords, Suggestion } from "./words.ts";

/** Messages that it knows, by language. */
export const SUGGESTIONS = {
  en: ENGLISH.suggestions.map(({ text }) => text),
  ko: KOREAN.suggestions.map(({ text }) => text),
};

interface JobSettings {
  /** Until somebody has written anything. */
  readonly language: () => "en" | "ko";
  /** Sends a message for the person. */
  readonly send: (text: string) => void;
  /** How long the suggestions are offered, in milliseconds. */
  readonly offerMs: number;
}

const OFFER_MS = 120_000;

export class JobScript implements Script {
  readonly #settings: JobSettings;
  #language: "en" | "ko" | undefined;

  constructor({ offerMs = OFFER_MS, ...settings }: Omit<JobSettings, "offerMs"> & {
    readonly offerMs?: number;
  }) {
    this.#settings = { ...settings, offerMs };
  }

  async play(actor: Actor, input: TurnInput): Promise<void> {
    const asked = propertiesOf(input.outputSchema);
    const request = requestIn(input.text);
    if (asked.includes("mode")) return await this.#select(actor, request);
    if (asked.includes("steps")) return await this.#plan(actor, request, input.text);
    if (asked.includes("verdict")) return await this.#review(actor, input.text);
    return await this.#develop(actor, request, input.text);
  }

  added(text: string): string {
    return this.#words.added(text);
  }

  get #words(): StoryWords {
    return (this.#language ?? this.#settings.language()) === "ko" ? KOREAN : ENGLISH;
  }

  #listen(request: string): void {
    if (/\p{Script=Hangul}/u.test(request)) this.#language = "ko";
    else if (/[a-z]{3}/i.test(request)) this.#language = "en";
  }

  async #select(actor: Actor, request: string): Promise<void> {
    this.#listen(request);
    const { planned, direct } = this.#words;
    const isJob = partOf(request) === "job" && !hasJson(await actor.read(REPORT));
    await actor.report(
      isJob ? { mode: "plan", reason: planned } : { mode: "single", reason: direct },
    );
  }

  async #plan(actor: Actor, request: string, whole: string): Promise<void> {
    this.#listen(request);
    const { goal, steps, risk, question, withTotal, withoutTotal } = this.#words.plan;
    if (partOf(request) !== "job") return await this.#planNothing(actor);
    await actor.run("ls tally lib docs tests");
    await actor.run(`cat ${REPORT}`);
    const [report, option, test, docs] = steps;
    const asked = [{ question, choices: [withTotal, withoutTotal] }];
    await actor.report({
      goal,
      steps: [
        { title: report, files: [REPORT] },
        { title: option, files: ["tally"] },
        { title: test, files: ["tests/json_test.sh"] },
        { title: docs, files: ["README.md"] },
      ],
      checks: [RUN_TESTS, RUN_DOCS],
      risks: [risk],
      // A changed plan has its answer already.
      questions: whole.includes(withTotal) || whole.includes(withoutTotal) ? [] : asked,
      changes_files: true,
    });
  }

  /** Nobody has chosen this plan: /plan was on, or its words were changed. */
  async #planNothing(actor: Actor): Promise<void> {
    const { direct } = this.#words;
    await actor.report({
      goal: direct,
      steps: [{ title: direct, files: [] }],
      checks: [],
      risks: [],
      questions: [],
      changes_files: false,
    });
  }

  async #develop(actor: Actor, request: string, whole: string): Promise<void> {
    // The later rounds bring the review alone.
    if (/^# (?:Review of round|Review that|Findings)/m.test(whole)) {
      return await this.#revise(actor);
    }
    this.#listen(request);
    const { look, explain, alreadyThere } = this.#words;
    switch (partOf(request)) {
      case "job":
        if (hasJson(await actor.read(REPORT))) return await actor.answer(alreadyThere);
        return await this.#build(actor, whole);
      case "look": {
        await actor.run("ls -p . docs lib tests");
        const files = ["README.md", "tally", "lib/report.sh", "docs/", "tests/"].join("\n");
        return await actor.answer(look(files));
      }
      case "explain":
        await actor.run("cat tally");
        return await actor.answer(explain);
      case undefined:
        return await this.#offer(actor);
    }
  }

  async #build(actor: Actor, whole: string): Promise<void> {
    const { checklist, lookingFirst, testFails, firstReport } = this.#words;
    const withTotal = !whole.includes(ENGLISH.plan.withoutTotal) &&
      !whole.includes(KOREAN.plan.withoutTotal);
    actor.checklist(checklist, 0);
    await actor.say(lookingFirst);
    await actor.run(`grep -n table tally ${REPORT}`);
    actor.checklist(checklist, 1);
    const files = { program: await actor.read("tally"), report: await actor.read(REPORT) };
    await actor.patch(addJson(files, withTotal));
    actor.checklist(checklist, 2);
    await actor.run(writeTests(withTotal));
    if (await actor.run(RUN_TESTS) !== 0) {
      actor.checklist(checklist, 3);
      await actor.say(testFails);
      await actor.patch([quietly(await actor.read("tally"))]);
      await actor.run(RUN_TESTS);
    }
    actor.checklist(checklist, checklist.length);
    await actor.answer(firstReport);
  }

  async #revise(actor: Actor): Promise<void> {
    const { fixing, whyInstall, installed, notInstalled, answer, nothingNow } = this.#words;
    const report = await actor.read(REPORT);
    if (!hasJson(report)) return await actor.answer(nothingNow);
    if (!escapesNames(report)) {
      await actor.say(fixing);
      await actor.patch([escapeNames(report)]);
      await actor.run(WRITE_README_AND_TEST);
    }
    await actor.run(RUN_TESTS);
    await actor.run(RUN_DOCS);
    const allowed = await actor.mayRun(INSTALL, whyInstall);
    if (allowed) await actor.run(INSTALL);
    const withTotal = report.includes("total");
    await actor.answer(answer(withTotal, allowed ? installed : notInstalled));
  }

  async #review(actor: Actor, whole: string): Promise<void> {
    if (whole.includes("Write in Korean.")) this.#language = "ko";
    const { suspicion, summary, finding, evidence, fix, approved, nothing } = this.#words.review;
    const earlier = [...new Set(whole.match(/\bF\d+\b/g) ?? [])];
    const report = await actor.read(REPORT);
    if (hasJson(report) && !escapesNames(report)) {
      await actor.say(suspicion);
      await actor.run(TRY_QUOTE);
      const line = report.split("\n").findIndex((each) => each.includes('{"file"')) + 1;
      const found = {
        id: null,
        severity: "major",
        file: REPORT,
        line_from: line,
        line_to: line,
        message: finding,
        evidence,
        fix,
        confidence: 0.9,
      };
      return await actor.report({
        verdict: "needs_changes",
        summary,
        findings: [found],
        earlier: [],
      });
    }
    if (hasJson(report)) await actor.run(RUN_TESTS);
    await actor.report({
      verdict: "approved",
      summary: hasJson(report) ? approved : nothing,
      findings: [],
      earlier: earlier.map((id) => ({ id, state: "settled" })),
    });
  }

  /** Says what the script knows, and lets the person choose. */
  async #offer(actor: Actor): Promise<void> {
    const { onlyOneJob, tryOne, suggestions, nothingNow, sentForYou, listed } = this.#words;
    const texts = suggestions.map(({ text }) => text);
    const { send, offerMs } = this.#settings;
    const chosen = await actor.choose({
      title: tryOne,
      description: onlyOneJob,
      options: [...texts, nothingNow],
      limitMs: offerMs,
    });
    if (chosen === undefined || !texts.includes(chosen)) return await actor.answer(listed(texts));
    send(chosen);
    await actor.answer(sentForYou);
  }
}

const REPORT = "lib/report.sh";

/** The part of the script that the words ask for, in either language; undefined = none. */
function partOf(request: string): Suggestion["part"] | undefined {
  const said = plain(request);
  const known = [...ENGLISH.suggestions, ...KOREAN.suggestions];
  const same = known.find(({ text }) => said.includes(plain(text)));
  if (same !== undefined) return same.part;
  return /--?json|json/i.test(request) && /add|build|make|want|option|추가|만들|옵션/i.test(request)
    ? "job"
    : undefined;
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
}

function propertiesOf(schema: TurnInput["outputSchema"]): string[] {
  const properties = schema?.properties;
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}
