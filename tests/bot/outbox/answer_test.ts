import assert from "node:assert/strict";
import { z } from "zod";
import { deliverMarkdown } from "../../../src/bot/outbox/answer.ts";
import { MARKDOWN_RENDERER, type MarkdownRenderer } from "../../../src/bot/render/rendered.ts";
import { TextBuilder } from "../../../src/bot/render/text_builder.ts";
import { refusal } from "../../fakes/recording_api.ts";
import { CHAT, setUp } from "./setup.ts";

/** Generous, as other tests keep the machine busy. */
const MOST_MS = 120_000;

const target = { chatId: CHAT, topicId: 3, replyTo: 4 };

Deno.test("deliverMarkdown sends a short answer as one formatted reply", async () => {
  const { outbox, api } = setUp();
  const buttons = [[{ label: "Again", data: "a" }]];
  const heading = new TextBuilder().bold("Done").build();
  const options = { heading, buttons };
  const delivery = await deliverMarkdown(outbox, target, "*hi*", "final", options);
  assert.deepEqual(delivery, { status: "sent", messageId: 1 });
  assert.deepEqual(api.summary(), ["sendMessage Done\n\nhi"]);
  assert.deepEqual(api.calls[0]?.options, {
    message_thread_id: 3,
    reply_parameters: { message_id: 4, allow_sending_without_reply: true },
    entities: [{ type: "bold", offset: 0, length: 4 }, { type: "italic", offset: 6, length: 2 }],
    link_preview_options: { is_disabled: true },
    reply_markup: { inline_keyboard: [[{ text: "Again", callback_data: "a" }]] },
  });
});

Deno.test("deliverMarkdown sends up to three parts in order, the later ones silently", async () => {
  const { outbox, api } = setUp();
  const paragraphs = ["a", "b", "c"].map((letter) => letter.repeat(3000));
  await deliverMarkdown(outbox, target, paragraphs.join("\n\n"), "final");
  assert.deepEqual(api.calls.map(({ what }) => what), paragraphs);
  const silent = { message_thread_id: 3, disable_notification: true };
  for (const { options } of api.calls.slice(1)) {
    assert.deepEqual(options, {
      ...silent,
      entities: [],
      link_preview_options: { is_disabled: true },
    });
  }
});

Deno.test("deliverMarkdown sends the beginning of a longer answer and the whole as a file", async () => {
  const { outbox, api } = setUp();
  const markdown = "one two three\n\n".repeat(2000);
  await deliverMarkdown(outbox, target, markdown, "final", { note: "see the file" });
  assert.equal(api.calls.length, 2);
  const text = api.calls[0]?.what ?? "";
  assert.ok(text.length <= 4000 && text.endsWith("three\n\n… see the file"));
  assert.equal(api.summary()[1], "sendDocument answer.md");
});

Deno.test("deliverMarkdown leaves what stands below a beginning of a hundred links its look", async () => {
  const { outbox, api } = setUp();
  const footing = new TextBuilder().text("✅ ").bold("Done").build();
  await deliverMarkdown(outbox, target, "[a](https://x.yz/a) ".repeat(700), "final", { footing });
  const { entities } = z.object({ entities: z.array(z.object({ type: z.string() })) })
    .parse(api.calls[0]?.options);
  // Telegram ignores the entities after the hundredth.
  assert.equal(entities.length, 100);
  assert.deepEqual(entities.slice(-2).map(({ type }) => type), ["italic", "bold"]);
});

Deno.test("deliverMarkdown puts the buttons under the last part, and under the first where a file follows", async () => {
  const options = { buttons: [[{ label: "Again", data: "a" }]] };
  const buttonsOf = async (markdown: string): Promise<readonly boolean[]> => {
    const { outbox, api } = setUp();
    await deliverMarkdown(outbox, target, markdown, "final", options);
    return api.calls.map((call) => JSON.stringify(call.options).includes("reply_markup"));
  };
  const part = (letter: string): string => letter.repeat(3000);
  assert.deepEqual(await buttonsOf("short"), [true]);
  assert.deepEqual(await buttonsOf([part("a"), part("b")].join("\n\n")), [false, true]);
  assert.deepEqual(await buttonsOf([part("a"), part("b"), part("c")].join("\n\n")), [
    false,
    false,
    true,
  ]);
  assert.deepEqual(await buttonsOf("one two three\n\n".repeat(2000)), [true, false]);
});

Deno.test("deliverMarkdown reports a part that did not arrive", async () => {
  const { outbox, api } = setUp();
  const markdown = `${"a".repeat(3000)}\n\n${"b".repeat(3000)}`;
  const tooLong = refusal(400, "Bad Request: message is too long");
  api.failNext("sendMessage", tooLong, tooLong);
  const delivery = await deliverMarkdown(outbox, target, markdown, "final");
  assert.deepEqual(delivery, { status: "failed", reason: "Bad Request: message is too long" });
  assert.equal(api.calls.length, 3);
});

Deno.test("deliverMarkdown sends nothing for an empty answer", async () => {
  const { outbox, api } = setUp();
  const delivery = await deliverMarkdown(outbox, target, " \n", "final");
  assert.deepEqual(delivery, { status: "failed", reason: "The answer is empty" });
  assert.equal(api.calls.length, 0);
});

Deno.test("deliverMarkdown takes a bounded time for an answer of any length", async () => {
  const { outbox, api } = setUp();
  const startedAt = performance.now();
  await deliverMarkdown(outbox, target, "- **a** `b` [c](https://d.ef)\n".repeat(50_000), "final");
  assert.ok(performance.now() - startedAt < MOST_MS);
  assert.deepEqual(api.calls.map(({ method }) => method), ["sendMessage", "sendDocument"]);
});

function gaveUp(): never {
  throw new RangeError("Maximum call stack size exceeded");
}

for (
  const [what, part] of [
    ["reads", { read: gaveUp }],
    ["draws", { draw: gaveUp, drawRich: gaveUp }],
  ] as const
) {
  Deno.test(`deliverMarkdown brings the words, whatever the renderer throws that ${what} them`, async () => {
    const renderer = { ...MARKDOWN_RENDERER, ...part };
    const errors: unknown[] = [];
    const options = { renderer, rich: true, onFailure: (error: unknown) => errors.push(error) };
    const short = setUp();
    await deliverMarkdown(short.outbox, target, "the **answer**", "final", options);
    assert.deepEqual(short.api.summary(), ["sendMessage the **answer**"]);
    assert.ok(errors.length > 0 && errors.every((error) => error instanceof RangeError));
    const long = setUp();
    await deliverMarkdown(
      long.outbox,
      target,
      "one **two** three\n".repeat(2_000),
      "final",
      options,
    );
    assert.match(long.api.summary()[0] ?? "", /^sendMessage one \*\*two\*\* three\n/);
    assert.deepEqual(long.api.summary().slice(1), ["sendDocument answer.md"]);
  });
}

Deno.test("deliverMarkdown reads the Markdown once, for the rich message and the ordinary one", async () => {
  const { outbox, api } = setUp();
  let reads = 0;
  const read: MarkdownRenderer["read"] = (...text) => {
    reads += 1;
    return MARKDOWN_RENDERER.read(...text);
  };
  api.failNext("sendRichMessage", refusal(404, "Not Found: method not found"));
  const options = { rich: true, renderer: { ...MARKDOWN_RENDERER, read } };
  await deliverMarkdown(outbox, target, "# Done\n\n- **a**", "final", options);
  assert.deepEqual(api.calls.map(({ method }) => method), ["sendRichMessage", "sendMessage"]);
  assert.equal(reads, 1);
});

Deno.test("deliverMarkdown shows markup around nothing as it was written", async () => {
  const { outbox, api } = setUp();
  await deliverMarkdown(outbox, target, "```ts\n```\n", "final");
  await deliverMarkdown(outbox, target, "[a]: https://example.com", "final");
  assert.deepEqual(api.summary(), [
    "sendMessage ```ts\n```",
    "sendMessage [a]: https://example.com",
  ]);
});

/** Counts how much of each answer is read as Markdown. */
function readingsOf(): { readonly lengths: number[]; readonly renderer: MarkdownRenderer } {
  const lengths: number[] = [];
  const read: MarkdownRenderer["read"] = (markdown, options) => {
    lengths.push(markdown.length);
    return MARKDOWN_RENDERER.read(markdown, options);
  };
  return { lengths, renderer: { ...MARKDOWN_RENDERER, read } };
}

Deno.test("deliverMarkdown reads an answer once, and no more of it than is shown", async () => {
  const link = `[the docs](https://example.com/${"path/".repeat(40)}) `;
  const cases = [
    ["**short**", [9], 1],
    ["Some **words**.\n\n".repeat(250), [4_250], 3],
    // The rest of it goes into the file.
    ["Some **words**.\n\n".repeat(3_000), [20_000], 2],
    // Mostly markup: all of it fits into three messages.
    [link.repeat(140), [20_000, link.length * 140], 2],
    // A definition at the end belongs to a link at the beginning.
    [`[here][1]\n\n${"words\n\n".repeat(3_000)}[1]: https://example.com`, [21_035], 2],
  ] as const;
  for (const [markdown, expected, messages] of cases) {
    const { outbox, api } = setUp();
    const { lengths, renderer } = readingsOf();
    await deliverMarkdown(outbox, target, markdown, "final", { renderer });
    assert.deepEqual(lengths, expected);
    assert.equal(api.calls.length, messages, api.summary().map((call) => call.slice(0, 40)).join());
  }
  const richCases = [
    ["**short**", [9], "sendRichMessage"],
    ["Some **words**. ".repeat(1_500), [24_000], "sendRichMessage"],
    // Too many paragraphs for a rich message, and too many messages of the other kind.
    ["Some **words**.\n\n".repeat(1_500), [25_500, 20_000], "sendMessage"],
  ] as const;
  for (const [markdown, expected, method] of richCases) {
    const { outbox, api } = setUp();
    const { lengths, renderer } = readingsOf();
    await deliverMarkdown(outbox, target, markdown, "final", { renderer, rich: true });
    assert.deepEqual(lengths, expected, "once for both forms");
    assert.equal(api.calls[0]?.method, method);
  }
});
