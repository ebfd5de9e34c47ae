/** What is said where Codex takes longer to start than anybody waits. */
import assert from "node:assert/strict";
import {
  AppServerQueries,
  KnownRateLimits,
} from "../../../src/integrations/codex/app_server/queries.ts";
import { textsFor } from "../../../src/texts/texts.ts";
import { errorText } from "../../../src/texts/trouble_texts.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

Deno.test("that Codex is still starting is said with one way on", async () => {
  const clock = new FakeClock();
  const queries = new AppServerQueries({
    ready: () => new Promise(() => {}),
    limits: new KnownRateLimits(),
    clock,
  });
  const failed = queries.models("/").then(() => undefined, (error: unknown) => error);
  await clock.advance(10_000);
  assert.equal(
    errorText(await failed, textsFor("en")),
    "Codex is still starting. Try again in a moment, or send /restart codex.",
  );
});
