import assert from "node:assert/strict";
import { type CodexNews, newsNote } from "../../../src/core/codex/news.ts";
import { AppServerNews } from "../../../src/integrations/codex/app_server/news.ts";
import { readNotification } from "../../../src/integrations/codex/app_server/protocol.ts";

const LATER = "2030-01-01T05:00:00.000Z";
const NOW = new Date("2030-01-01T00:00:00.000Z");

const window = (usedPercent: number): { primary: Window } => ({
  primary: { usedPercent, windowMinutes: 300, resetsAt: LATER },
});
interface Window {
  readonly usedPercent: number;
  readonly windowMinutes: number;
  readonly resetsAt: string;
}

Deno.test("AppServerNews tells a limit once for each step, and again in the next window", () => {
  const told: CodexNews[] = [];
  const news = new AppServerNews((each) => told.push(each) > 0);
  for (const percent of [42, 89, 91, 92, 94, 97, 99, 99]) news.addLimits(window(percent));
  assert.deepEqual(told.map((each) => each.type === "limit" ? each.step : each), [90, 95, 99]);
  assert.equal(news.standing(window(97), NOW).length, 1);
  assert.deepEqual(news.standing(window(97), new Date(LATER)), []);
  assert.deepEqual(news.standing(window(89), NOW), []);

  news.addLimits(window(3));
  news.addLimits({ primary: { ...window(90).primary, resetsAt: "2030-01-01T10:00:00.000Z" } });
  assert.equal(told.length, 4);
});

Deno.test("AppServerNews keeps what nobody was told, once, and knows which server is up again", () => {
  const news = new AppServerNews(() => false);
  news.add({ type: "config-warning", text: "a typo" });
  news.add({ type: "warning", text: "a typo" });
  assert.deepEqual(news.take("thread").map(newsNote), ["a typo"]);
  assert.deepEqual(news.take("thread"), []);

  const note = (status: string): void => {
    const params = { threadId: "thread", name: "git", status, error: null };
    news.note(readNotification("mcpServer/startupStatus/updated", params), params);
  };
  note("starting");
  note("failed");
  assert.equal(news.standing(undefined, NOW).length, 1);
  note("ready");
  assert.deepEqual(news.standing(undefined, NOW), []);
});

Deno.test("what Codex warns of although nothing is missing is no news", () => {
  const summary = "Codex could not find bubblewrap on PATH. Codex will use the bundled bubblewrap.";
  const read = readNotification("configWarning", { summary, details: null });
  assert.deepEqual(read, { method: "ignored", name: "configWarning" });
});

Deno.test("what Codex finds old in a request of this program is no news, what it finds old in its settings is", () => {
  const read = (summary: string): unknown =>
    readNotification("deprecationNotice", { summary, details: null });
  const request = "Full-history hydration is deprecated for paginated threads; omit " +
    "`includeTurns`, then page with `thread/turns/list` and `thread/items/list`.";
  assert.deepEqual(read(request), { method: "ignored", name: "deprecationNotice" });
  const setting = "`[features].transcript_v2` is deprecated and ignored.";
  assert.deepEqual(read(setting), {
    method: "news",
    name: "deprecationNotice",
    news: { type: "deprecation", text: setting },
  });
});

Deno.test("AppServerNews tells nobody of an ignored configuration that is read by now", () => {
  const ignored: CodexNews = { type: "config.ignored", reason: "config.toml:1:10: unclosed" };
  const news = new AppServerNews(() => false);
  news.addIgnored(ignored);
  assert.deepEqual(news.standing(undefined, NOW), [ignored]);
  news.restarted();
  assert.deepEqual(news.standing(undefined, NOW), []);
  assert.deepEqual(news.take("thread"), []);
  news.addIgnored(ignored);
  assert.deepEqual(news.take("thread"), [ignored]);
});
