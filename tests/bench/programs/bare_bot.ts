/** The least that a bot can be: it polls, and reacts to each message. Its argument is the address. */
const [root = ""] = Deno.args;
let offset = 0;

interface Updates {
  readonly result: readonly {
    readonly update_id: number;
    readonly message?: { readonly chat: { readonly id: number }; readonly message_id: number };
  }[];
}

async function call(method: string, params: unknown): Promise<string> {
  const response = await fetch(`${root}/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(params),
  });
  return await response.text();
}

for (;;) {
  const updates: Updates = JSON.parse(await call("getUpdates", { offset, timeout: 5 }));
  for (const { update_id, message } of updates.result) {
    offset = update_id + 1;
    if (message === undefined) continue;
    await call("setMessageReaction", {
      chat_id: message.chat.id,
      message_id: message.message_id,
      reaction: [{ type: "emoji", emoji: "👀" }],
    });
  }
}
