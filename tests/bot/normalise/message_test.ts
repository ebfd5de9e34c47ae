import assert from "node:assert/strict";
import fc from "fast-check";
import { contentOf, type MessageContent } from "../../../src/bot/normalise/message.ts";
import { wireUpdate } from "../../../src/bot/wire.ts";

const ANN = { id: 42, is_bot: false, first_name: "Ann" };
const BOT = { id: 9, is_bot: true, first_name: "Bot", username: "our_bot" };

function said(fields: Record<string, unknown>): MessageContent | undefined {
  const chat = { id: 42, type: "private" };
  const message = { message_id: 5, date: 1, chat, from: ANN, ...fields };
  const read = wireUpdate.parse({ update_id: 1, message }).message;
  assert.ok(read);
  return contentOf(read, "our_bot");
}

const place = { latitude: 37.5, longitude: 127 };
const WORDS: readonly (readonly [string, Record<string, unknown>, string])[] = [
  [
    "a poll",
    { poll: { question: "Which?", options: [{ text: "A", voter_count: 2 }, { text: "B" }] } },
    "Poll: Which?\n- A (votes: 2)\n- B (votes: 0)",
  ],
  ["a location", { location: place }, "Location: 37.5, 127 (latitude, longitude)"],
  [
    "a venue, which is announced as a location too",
    { location: place, venue: { location: place, title: "Office", address: "Seoul" } },
    "Place: Office, Seoul (37.5, 127)",
  ],
  [
    "a contact",
    { contact: { first_name: "Mina", last_name: "Kim", phone_number: "+82 1" } },
    "Contact: Mina Kim, +82 1",
  ],
  [
    "a contact with more than a number",
    {
      contact: {
        first_name: "Mina",
        phone_number: "+82 1",
        vcard: "BEGIN:VCARD\nEMAIL:mina@example.org\nEND:VCARD\n",
      },
    },
    "Contact: Mina, +82 1\n```\nBEGIN:VCARD\nEMAIL:mina@example.org\nEND:VCARD\n```",
  ],
  [
    "a quiz",
    {
      poll: {
        question: "Which?",
        options: [{ text: "A" }, { text: "B", voter_count: 2 }],
        type: "quiz",
        correct_option_id: 1,
        explanation: "B is stable.",
      },
    },
    "Poll: Which?\n- A (votes: 0)\n- B (votes: 2, correct)\nExplanation: B is stable.",
  ],
  [
    "a checklist",
    {
      checklist: {
        title: "Release",
        tasks: [{ id: 1, text: "build", completion_date: 3 }, { id: 2, text: "ship" }],
      },
    },
    "Checklist: Release\n- [x] build\n- [ ] ship",
  ],
  ["a die", { dice: { emoji: "🎲", value: 4 } }, "🎲 4"],
  ["a sticker", { sticker: { emoji: "👍", set_name: "Cats" } }, "👍 (sticker from Cats)"],
  [
    "a caption with formatting",
    {
      caption: "see it",
      caption_entities: [{ type: "bold", offset: 0, length: 3 }],
      photo: [{ file_id: "p" }],
    },
    "**see** it",
  ],
  [
    "a rich message",
    {
      rich_message: {
        blocks: [
          { type: "heading", size: 2, text: "Plan" },
          {
            type: "paragraph",
            text: ["read ", { type: "url", text: "this", url: "https://e.org" }],
          },
          {
            type: "list",
            items: [
              { label: "•", blocks: [{ type: "paragraph", text: "one" }] },
              {
                label: "•",
                has_checkbox: true,
                is_checked: true,
                blocks: [{ type: "paragraph", text: { type: "bold", text: "two" } }],
              },
            ],
          },
          { type: "pre", language: "sh", text: "echo `x`" },
          { type: "blockquote", blocks: [{ type: "paragraph", text: "said" }] },
          {
            type: "table",
            cells: [[{ text: "a" }, { text: "b" }], [{ text: "1" }, { text: "2" }]],
          },
          { type: "of the future", text: "kept" },
        ],
      },
    },
    [
      "## Plan",
      "read [this](https://e.org)",
      "- one\n- [x] **two**",
      "```sh\necho `x`\n```",
      "> said",
      "| a | b |\n| --- | --- |\n| 1 | 2 |",
      "kept",
    ].join("\n\n"),
  ],
];

Deno.test("contentOf() puts into words what has words", async (t) => {
  for (const [name, fields, expected] of WORDS) {
    await t.step(name, () => assert.equal(said(fields)?.text, expected));
    await t.step(`${name}, replied to`, () => {
      const reply = { text: "what is this?", reply_to_message: { message_id: 4, ...fields } };
      assert.equal(said(reply)?.quoted, expected);
    });
    await t.step(`${name}, forwarded`, () => {
      const forwarded = said({ ...fields, forward_origin: { type: "hidden_user" } });
      assert.deepEqual([forwarded?.text, forwarded?.quoted], ["", expected]);
    });
  }
});

Deno.test("contentOf() takes the file of the message that is replied to", () => {
  const document = { file_id: "d", file_name: "notes.txt" };
  const reply = said({ text: "sum it up", reply_to_message: { message_id: 4, document } });
  assert.deepEqual(reply?.replied, {
    file: { fileId: "d", kind: "file", name: "notes.txt" },
  });
  const elsewhere = said({ text: "and this?", external_reply: { photo: [{ file_id: "p" }] } });
  assert.equal(elsewhere?.replied?.file?.fileId, "p");
  const video = said({ text: "see", reply_to_message: { message_id: 4, video: {}, caption: "x" } });
  assert.deepEqual([video?.quoted, video?.replied], ["x", { omitted: "video" }]);
});

Deno.test("contentOf() tells a reply in a thread from a message that stands in a topic", () => {
  const document = { file_id: "d", file_name: "notes.txt" };
  const thread = {
    text: "sum it up",
    message_thread_id: 4,
    reply_to_message: { message_id: 4, caption: "the notes", document },
  };
  const reply = said(thread);
  assert.deepEqual([reply?.quoted, reply?.repliesTo], ["the notes", 4]);
  assert.equal(reply?.replied?.file?.fileId, "d");
  assert.deepEqual(said({ ...thread, is_topic_message: true }), { text: "sum it up" });
});

Deno.test("contentOf() names the task or the option that is replied to", () => {
  const checklist = { title: "Today", tasks: [{ id: 1, text: "a" }, { id: 2, text: "b" }] };
  const poll = {
    question: "Which?",
    options: [{ persistent_id: "x", text: "A" }, { persistent_id: "y", text: "B" }],
  };
  const replied = (fields: Record<string, unknown>, id: Record<string, unknown>): unknown =>
    said({ text: "this", reply_to_message: { message_id: 4, ...fields }, ...id })?.quoted;
  assert.equal(
    replied({ checklist }, { reply_to_checklist_task_id: 2 }),
    "Checklist: Today\n- [ ] a\n- [ ] b\n\nThe reply is to: b",
  );
  assert.equal(
    replied({ poll }, { reply_to_poll_option_id: "x" }),
    "Poll: Which?\n- A (votes: 0)\n- B (votes: 0)\n\nThe reply is to: A",
  );
  assert.equal(
    replied({ checklist }, { reply_to_checklist_task_id: 3 }),
    "Checklist: Today\n- [ ] a\n- [ ] b",
  );
});

Deno.test("contentOf() tells the bot's own answer from other people's words", () => {
  const answer = { message_id: 4, from: BOT, text: "It is in a.ts" };
  assert.deepEqual(said({ text: "why?", reply_to_message: answer }), {
    text: "why?",
    repliesTo: 4,
    ownAnswer: "It is in a.ts",
  });
  const part = { text: "a.ts", entities: [{ type: "code", offset: 0, length: 4 }] };
  const partly = said({ text: "why?", reply_to_message: answer, quote: part });
  assert.deepEqual([partly?.quoted, partly?.quotedFrom], ["`a.ts`", "bot"]);
});

Deno.test("contentOf() tells the sender's own words from somebody else's", () => {
  const from = { id: 8, is_bot: false };
  const whose = (replied: Record<string, unknown>, quote?: { text: string }): unknown => {
    const reply = { message_id: 4, text: "rename it", ...replied };
    const read = said({ from, text: "do it", reply_to_message: reply, ...quote && { quote } });
    return [read?.quoted, read?.quotedFrom];
  };
  assert.deepEqual(whose({ from }), ["rename it", "sender"]);
  assert.deepEqual(whose({ from }, { text: "it" }), ["it", "sender"]);
  assert.deepEqual(whose({ from: { ...from, id: 9 } }), ["rename it", undefined]);
  assert.deepEqual(whose({ from, forward_origin: {} }), ["rename it", undefined]);
  assert.deepEqual(whose({}), ["rename it", undefined]);
});

Deno.test("contentOf() reads any message without an error, and keeps its words", () => {
  const kinds = fc.constantFrom(
    "poll",
    "location",
    "venue",
    "contact",
    "checklist",
    "dice",
    "sticker",
    "rich_message",
    "voice",
    "video",
    "photo",
    "document",
    "live_photo",
    "external_reply",
  );
  fc.assert(
    fc.property(fc.string(), kinds, fc.jsonValue(), (caption, kind, value) => {
      const content = said({ [kind]: value, caption });
      assert.ok(caption.trim() === "" || content?.text.includes(caption), JSON.stringify(content));
    }),
  );
});

Deno.test("contentOf() tells what a reply to a story leaves out", () => {
  const story = { chat: { id: 7, type: "private" }, id: 3 };
  const read = said({ text: "what is this?", reply_to_story: story });
  assert.equal(read?.text, "what is this?");
  assert.deepEqual(read?.replied, { omitted: "story" });
});
