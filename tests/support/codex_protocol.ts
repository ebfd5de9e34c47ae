/**
 * Finds what a release of Codex has in its protocol that this program does not know, and what this
 * program asks of Codex that the release does not take any more.
 */
import { join } from "node:path";
import {
  ITEMS,
  NOTIFICATIONS,
  readNotification,
  SERVER_REQUESTS,
} from "../../src/integrations/codex/app_server/protocol.ts";
import { ERROR_KINDS } from "../../src/integrations/codex/turn_failure.ts";
import { HOMES } from "./codex_programs.ts";
import { namesIn, removeFolder } from "./temporary_folder.ts";

export interface ProtocolNews {
  readonly type: "new" | "gone";
  /** E.g. `notification`. */
  readonly what: string;
  readonly name: string;
  /** The file of this program that has to change. */
  readonly file: string;
}

interface Part {
  readonly what: string;
  /** The file of Codex in which it is named. */
  readonly source: string;
  readonly names: (text: string) => readonly string[];
  /** With fewer names than any release has, the file is written in another way than expected. */
  readonly fewest: number;
  readonly isKnown: (name: string) => boolean;
  readonly file: string;
}

const ROOT = new URL("../../", import.meta.url).pathname;
const FOLDER = "src/integrations/codex";
const METHOD = /"method": "([^"]+)"/g;

export const PROTOCOL_PARTS: readonly Part[] = [
  {
    what: "server request",
    source: "ServerRequest.ts",
    names: (text) => matches(text, METHOD),
    fewest: 6,
    isKnown: (name) => Object.hasOwn(SERVER_REQUESTS, name),
    file: `${FOLDER}/app_server/protocol.ts`,
  },
  {
    what: "notification",
    source: "ServerNotification.ts",
    names: (text) => matches(text, METHOD),
    fewest: 40,
    isKnown: (name) => Object.hasOwn(NOTIFICATIONS, name),
    file: `${FOLDER}/app_server/protocol.ts`,
  },
  {
    what: "item type",
    source: "v2/ThreadItem.ts",
    names: (text) => matches(text, /"type": "([^"]+)"/g),
    fewest: 10,
    isKnown: (name) => Object.hasOwn(ITEMS, name),
    file: `${FOLDER}/app_server/protocol_shapes.ts`,
  },
  {
    what: "error kind",
    source: "v2/CodexErrorInfo.ts",
    // Both `"kind"` and `{ "kind": { … } }`; imports are quoted paths.
    names: (text) => matches(text, /"([A-Za-z]+)"/g),
    fewest: 10,
    isKnown: (name) => Object.hasOwn(ERROR_KINDS, name),
    file: `${FOLDER}/turn_failure.ts`,
  },
  {
    what: "turn status",
    source: "v2/TurnStatus.ts",
    names: (text) => matches(text, /"([A-Za-z]+)"/g),
    fewest: 4,
    isKnown: isKnownStatus,
    file: `${FOLDER}/app_server/protocol_shapes.ts`,
  },
  {
    what: "goal status",
    source: "v2/ThreadGoalStatus.ts",
    names: (text) => matches(text, /"([A-Za-z]+)"/g),
    fewest: 6,
    isKnown: isKnownGoalStatus,
    file: `${FOLDER}/app_server/protocol_shapes.ts`,
  },
];

/**
 * Lets the program print its protocol and returns what this program does not name.
 * @throws {Error} when Codex prints none, or writes it in another way than its releases so far
 */
export async function protocolNews(program: string): Promise<readonly ProtocolNews[]> {
  const folder = join(HOMES, crypto.randomUUID());
  await Deno.mkdir(folder, { recursive: true });
  try {
    const protocol = await generatedProtocol(program, folder);
    const news = await Promise.all(PROTOCOL_PARTS.map(async (part) => {
      const text = await Deno.readTextFile(join(protocol, part.source));
      return newsOf(part, text);
    }));
    const requests = await Deno.readTextFile(join(protocol, "ClientRequest.ts"));
    return [...news.flat(), ...goneRequests(matches(requests, METHOD), await requestsMade())];
  } finally {
    await removeFolder(folder);
  }
}

/** Exported for its test. */
export function newsOf(part: Part, text: string): readonly ProtocolNews[] {
  const { what, source, names, fewest, isKnown, file } = part;
  const found = [...new Set(names(text))];
  if (found.length < fewest) {
    throw new Error(
      `Codex names ${found.length} of each ${what} in ${source}, which is too few to be all: ` +
        "tests/support/codex_protocol.ts has to read another file, or in another way",
    );
  }
  return found.filter((name) => !isKnown(name)).map((name) => ({
    type: "new",
    what,
    name,
    file,
  }));
}

interface RequestMade {
  readonly name: string;
  readonly file: string;
}

/** Exported for its test. */
export function goneRequests(
  taken: readonly string[],
  made: readonly RequestMade[],
): readonly ProtocolNews[] {
  return made.filter(({ name }) => !taken.includes(name))
    .map(({ name, file }) => ({ type: "gone", what: "request", name, file }));
}

/** The requests in the sources of the client, each with the file that makes it. */
async function requestsMade(): Promise<readonly RequestMade[]> {
  const folder = `${FOLDER}/app_server`;
  const files = namesIn(join(ROOT, folder)).map((name) => `${folder}/${name}`);
  const made = await Promise.all(files.map(async (file) => {
    const text = await Deno.readTextFile(join(ROOT, file));
    const asked = matches(text, /\b(?:ask|request)\(\s*"([a-z]+(?:\/[A-Za-z]+)*)"/g);
    const answered = file.endsWith("/answers.ts")
      ? matches(text, /^ {2}"([a-z]+\/[\w/]+)":/gm)
      : [];
    return [...asked, ...answered].map((name) => ({ name, file }));
  }));
  return [...new Map(made.flat().map((each) => [each.name, each])).values()];
}

/** A line for each, e.g. `New notification thread/search/partial: add it to FILE`. */
export function newsLines(news: readonly ProtocolNews[]): readonly string[] {
  return news.map(({ type, what, name, file }) =>
    type === "new"
      ? `New ${what} ${name}: add it to ${file}`
      : `Codex takes no ${what} ${name} any more: change ${file}`
  );
}

/** Whether the end of a turn with this status is read as it is. */
function isKnownStatus(status: string): boolean {
  const turn = { id: "turn", status, error: null, items: [] };
  const read = readNotification("turn/completed", { threadId: "thread", turn });
  return read.method === "turn/completed" && read.params.turn.status === status;
}

/** Whether a goal of this status is read as anything else than one of another status. */
function isKnownGoalStatus(status: string): boolean {
  const goal = { threadId: "thread", objective: "", status };
  const read = readNotification("thread/goal/updated", { threadId: "thread", goal });
  return read.method === "thread/goal/updated" && read.params.goal.status !== "other";
}

/** @returns the folder with the TypeScript files that Codex made */
async function generatedProtocol(program: string, folder: string): Promise<string> {
  const protocol = join(folder, "protocol");
  const { success, stderr } = await new Deno.Command(program, {
    args: ["app-server", "generate-ts", "--out", protocol, "--experimental"],
    env: { HOME: folder, CODEX_HOME: folder },
  }).output();
  if (success) return protocol;
  throw new Error(`Codex prints no protocol: ${new TextDecoder().decode(stderr)}`);
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, found = ""]) => found);
}
