/** The demo in the terminal: lines are messages, and the chat is printed as it changes. */
import { TerminalChat } from "../../demo/terminal_chat.ts";
import type { World } from "../../demo/bot_api/world.ts";
import type { Seat } from "./seat.ts";

/** Resolves when the messages are answered, the typing ends, or the demo is stopped. */
export async function chatInTerminal({ world, person, process, options }: Seat): Promise<void> {
  const { messages } = options;
  const { stop, print } = process;
  const terminal = new TerminalChat({ world, chat: world.privateChat(person), print });
  const unwatch = world.watch(() => terminal.draw());
  try {
    if (messages.length > 0) { for (const message of messages) terminal.type(message); }
    else await typeUntilStopped(terminal, process.lines(), stop);
    await settled(world, terminal, stop);
  } finally {
    unwatch();
  }
}

async function typeUntilStopped(
  terminal: TerminalChat,
  lines: AsyncIterable<string>,
  stop: AbortSignal,
): Promise<void> {
  for await (const line of lines) {
    if (stop.aborted) return;
    if (line.trim() !== "") terminal.type(line);
  }
}

/** Resolves when every message has its answer, or the demo is stopped. */
function settled(world: World, terminal: TerminalChat, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!stop.aborted && !terminal.settled()) return;
      unwatch();
      stop.removeEventListener("abort", look);
      resolve();
    };
    const unwatch = world.watch(look);
    stop.addEventListener("abort", look);
    look();
  });
}
