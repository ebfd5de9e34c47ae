/** Puts into words what a message carries besides its text: polls, places, contacts, checklists. */
import { z } from "../../core/schema.ts";
import { fenced } from "./fences.ts";
import { richMarkdown } from "./rich_markdown.ts";

const poll = z.looseObject({
  question: z.string(),
  options: z.array(z.looseObject({
    text: z.string(),
    voter_count: z.number().catch(0),
    persistent_id: z.string().optional().catch(undefined),
  })),
  /** Of a quiz, where the bot may know it. */
  correct_option_id: z.number().optional().catch(undefined),
  explanation: z.string().catch(""),
});
const location = z.looseObject({ latitude: z.number(), longitude: z.number() });
const venue = z.looseObject({ title: z.string(), address: z.string().catch(""), location });
const contact = z.looseObject({
  first_name: z.string(),
  last_name: z.string().optional().catch(undefined),
  phone_number: z.string().catch(""),
  vcard: z.string().catch(""),
});
const checklist = z.looseObject({
  title: z.string(),
  tasks: z.array(z.looseObject({
    id: z.number().optional().catch(undefined),
    text: z.string(),
    completion_date: z.number().optional().catch(undefined),
  })),
});
const dice = z.looseObject({ emoji: z.string(), value: z.number() });
const sticker = z.looseObject({
  emoji: z.string().optional().catch(undefined),
  set_name: z.string().optional().catch(undefined),
});
const titled = z.looseObject({ title: z.string(), description: z.string().catch("") });

/** How each kind is worded, the more telling kind before the one that it includes. */
const WORDINGS: readonly (readonly [string, (value: unknown) => string | undefined])[] = [
  [
    "poll",
    worded(poll, ({ question, options, correct_option_id: correct, explanation }) => {
      const lines = options.map(({ text, voter_count: votes }, index) =>
        `- ${text} (votes: ${votes}${index === correct ? ", correct" : ""})`
      );
      const why = explanation.trim() === "" ? [] : [`Explanation: ${explanation}`];
      return [`Poll: ${question}`, ...lines, ...why].join("\n");
    }),
  ],
  [
    "venue",
    worded(venue, ({ title, address, location: { latitude, longitude } }) => {
      return `Place: ${[title, address].filter(Boolean).join(", ")} (${latitude}, ${longitude})`;
    }),
  ],
  [
    "location",
    worded(location, ({ latitude, longitude }) => {
      return `Location: ${latitude}, ${longitude} (latitude, longitude)`;
    }),
  ],
  [
    "contact",
    worded(contact, ({ first_name: first, last_name: last, phone_number: phone, vcard }) => {
      const name = [first, last].filter(Boolean).join(" ");
      const card = vcard.trim() === "" ? [] : [fenced(vcard.trim())];
      return [`Contact: ${[name, phone].filter(Boolean).join(", ")}`, ...card].join("\n");
    }),
  ],
  [
    "checklist",
    worded(checklist, ({ title, tasks }) => {
      const lines = tasks.map(({ text, completion_date: done = 0 }) =>
        `- [${done > 0 ? "x" : " "}] ${text}`
      );
      return [`Checklist: ${title}`, ...lines].join("\n");
    }),
  ],
  ["dice", worded(dice, ({ emoji, value }) => `${emoji} ${value}`)],
  [
    "sticker",
    worded(sticker, ({ emoji, set_name: set }) => {
      if (emoji === undefined) return undefined;
      return set === undefined ? `${emoji} (sticker)` : `${emoji} (sticker from ${set})`;
    }),
  ],
  ["game", worded(titled, ({ title, description }) => `Game: ${title}\n${description}`.trim())],
  [
    "invoice",
    worded(titled, ({ title, description }) => {
      return `Invoice: ${title}\n${description}`.trim();
    }),
  ],
  ["rich_message", richMarkdown],
];

function worded<Content>(
  schema: z.ZodType<Content>,
  wording: (content: Content) => string | undefined,
): (value: unknown) => string | undefined {
  return (value) => {
    const read = schema.safeParse(value);
    return read.success ? wording(read.data) : undefined;
  };
}

/** @returns undefined for a message that carries nothing that can be put into words */
export function contentText(message: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, wording] of WORDINGS) {
    if (message[name] === undefined) continue;
    const text = wording(message[name]);
    if (text !== undefined && text.trim() !== "") return text;
  }
  return undefined;
}

const itemIds = z.looseObject({
  reply_to_checklist_task_id: z.number().optional().catch(undefined),
  reply_to_poll_option_id: z.string().optional().catch(undefined),
});

/**
 * Finds the task of a checklist, or the option of a poll, that a message replies to.
 * @param replied the message with all of them
 */
export function repliedItem(
  message: Readonly<Record<string, unknown>>,
  replied: Readonly<Record<string, unknown>>,
): string | undefined {
  const { reply_to_checklist_task_id: taskId, reply_to_poll_option_id: optionId } = itemIds.parse(
    message,
  );
  if (taskId !== undefined) {
    const { tasks = [] } = checklist.safeParse(replied["checklist"]).data ?? {};
    return tasks.find(({ id }) => id === taskId)?.text;
  }
  if (optionId === undefined) return undefined;
  const { options = [] } = poll.safeParse(replied["poll"]).data ?? {};
  return options.find(({ persistent_id: id }) => id === optionId)?.text;
}
