/** An app-server that the test plays: each request is answered as the scene says. */
import type { AppServerLink } from "../../src/integrations/codex/app_server/connection.ts";
import type { ConnectionEnd } from "../../src/integrations/codex/codex_process.ts";
import { TextLineStream } from "../fixtures/programs/text_lines.ts";

export const PLAYED_THREAD = "thread-1";

/** What the client asks or tells. */
export interface Asked {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly clientUserMessageId?: string; readonly effort?: string };
}

/** @returns the messages with which the server answers, or `cut` to end the connection */
export type Play = (asked: Asked) => readonly unknown[] | "cut";

/** @param machine absent = it is a process of this one */
export function playedLink(play: Play, machine?: string): AppServerLink {
  const exited = Promise.withResolvers<ConnectionEnd>();
  const requests = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const answers = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const writer = answers.writable.getWriter();
  const end = (): Promise<void> => {
    exited.resolve({ lost: "The connection was cut" });
    // Nobody may read what was said last.
    writer.close().catch(() => undefined);
    return Promise.resolve();
  };
  const serve = async (): Promise<void> => {
    const lines = requests.readable.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) {
      const asked: Asked = JSON.parse(line);
      const said = asked.id === undefined ? [] : play(asked);
      if (said === "cut") return await end();
      for (const message of said) {
        await writer.write(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
      }
    }
  };
  // Ends with the connection, or not at all.
  serve().catch(() => undefined);
  return {
    ...(machine === undefined ? {} : { machine }),
    input: requests.writable,
    output: answers.readable,
    exited: exited.promise,
    errorLines: [],
    failureAtStart: (error) => error,
    finish: end,
    close: end,
  };
}

/** Answers what is the same in every scene. */
export function usual({ id, method }: Asked): readonly unknown[] {
  switch (method) {
    case "initialize":
      return [{ id, result: { userAgent: "played" } }];
    case "account/read":
      return [{ id, result: { account: null, requiresOpenaiAuth: false } }];
    case "thread/start":
    case "thread/resume":
      return [{ id, result: { thread: { id: PLAYED_THREAD } } }];
    case "thread/loaded/list":
    case "thread/backgroundTerminals/list":
      return [{ id, result: { data: [] } }];
    default:
      return [{ id, result: {} }];
  }
}
