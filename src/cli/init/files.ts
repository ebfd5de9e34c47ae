/** Turns the answers into changes of conf.toml and `.env`, and writes them. */
import { dirname } from "node:path";
import { changedLines, type Setting, withSettings, withVariable } from "../../config/edit_files.ts";
import { BOT_TOKEN_VARIABLE } from "../../config/environment.ts";
import { TEMPLATE } from "../../config/example.ts";
import { UserFacingError } from "../../core/errors.ts";
import {
  ensurePrivateFolder,
  fileFailure,
  writeFileAtomically,
} from "../../integrations/files/durable_files.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError } from "../process.ts";
import type { Present, Setup } from "./setup.ts";

interface Answers {
  readonly token: string;
  readonly allowedUsers: readonly number[];
  readonly folder: string;
  /** Undefined = as it is. */
  readonly apiRoot: string | undefined;
}

interface FilePlan {
  /** None for a file that says so already. */
  readonly changes: readonly FileChange[];
  /** The person keeps conf.toml as it is, which does not say so. */
  readonly confLeft: boolean;
}

export async function planFiles(setup: Setup, answers: Answers): Promise<FilePlan> {
  const conf = await planConf(setup, answers);
  const planned = [planEnvironment(setup.present, answers), conf === "left" ? undefined : conf];
  return {
    changes: planned.filter((change) => change !== undefined),
    confLeft: conf === "left",
  };
}

function planEnvironment(
  { envPath, envText }: Present,
  { token }: Answers,
): FileChange | undefined {
  const after = withVariable(envText ?? "", BOT_TOKEN_VARIABLE, token);
  if (after === envText) return undefined;
  const shown = [`${BOT_TOKEN_VARIABLE}=***`];
  return { path: envPath, before: envText, after, shown };
}

async function planConf(setup: Setup, answers: Answers): Promise<FileChange | "left" | undefined> {
  const { confPath: path, confText: before } = setup.present;
  const settings = settingsOf(answers);
  const made = changeOf(path, before, withSettings(TEMPLATE, settings) ?? TEMPLATE, TEMPLATE);
  if (before === undefined) return made;
  const fresh = { ...made, anew: true };
  const edited = withSettings(before, settings);
  if (edited === before && setup.present.confProblem === undefined) return undefined;
  return await chosenConf(setup, fresh, edited);
}

/** An existing file is somebody's work: it is changed the way they want, or not at all. */
async function chosenConf(
  { present, prompt, options }: Setup,
  fresh: FileChange,
  edited: string | undefined,
): Promise<FileChange | "left"> {
  const { confPath: path, confText: before = "", confProblem } = present;
  if (!prompt.asks && !options.yes) {
    throw new CommandError(EXIT_CODES.cannotCreate, `${path} exists already`, {
      remedy: "--yes changes it and keeps a copy. Nothing was written",
    });
  }
  const whole = { label: "write a new file; keep a copy of this one", value: fresh };
  const none = { label: "leave it as it is", value: "left" as const };
  if (confProblem !== undefined) prompt.say(confProblem);
  if (edited === undefined || confProblem !== undefined) {
    return await prompt.choose<FileChange | "left">(`${path} cannot be changed line by line.`, [
      whole,
      none,
    ]);
  }
  const lines = changeOf(path, before, edited, before);
  prompt.say(`${path} exists already. This would change:`);
  for (const line of lines.shown) prompt.say(`  ${line}`);
  const some = { label: "change these lines; keep a copy", value: lines };
  return await prompt.choose<FileChange | "left">("What should happen to it?", [some, whole, none]);
}

function changeOf(
  path: string,
  before: string | undefined,
  after: string,
  compared: string,
): FileChange {
  const { removed, added } = changedLines(compared, after);
  const old = before === compared ? removed.map((line) => `- ${line}`) : [];
  return { path, before, after, shown: [...old, ...added.map((line) => `+ ${line}`)] };
}

function settingsOf({ allowedUsers, folder, apiRoot }: Answers): readonly Setting[] {
  return [
    { table: "telegram", key: "allowed_users", value: allowedUsers },
    { table: "codex", key: "agent_working_directory", value: folder },
    ...(apiRoot === undefined
      ? []
      : [{ table: "telegram", key: "api_root", value: apiRoot } as const]),
  ];
}

/** A file to write, and what a person is shown of the change. */
interface FileChange {
  readonly path: string;
  /** Undefined when there is no file yet. */
  readonly before: string | undefined;
  readonly after: string;
  /** What changes in it, for people; no secrets. */
  readonly shown: readonly string[];
  /** Takes the place of a file, of which nothing else is kept. */
  readonly anew?: boolean;
}

/**
 * Writes the files in this order, each whole or not at all and readable by its owner only; keeps a
 * copy of what was there.
 * @param stateFolder is created if missing; any other missing folder is a typo in a path
 * @returns the copies that were made
 * @throws {CommandError} when one cannot be written
 */
export async function writeChanges(
  changes: readonly FileChange[],
  { stateFolder, now }: { readonly stateFolder: string; readonly now: Date },
): Promise<readonly string[]> {
  const copies: string[] = [];
  for (const { path, before, after } of changes) {
    try {
      if (dirname(path) === stateFolder) await ensurePrivateFolder(stateFolder);
      // A link stays a link: somebody keeps the file elsewhere.
      const real = before === undefined ? path : await Deno.realPath(path);
      if (before !== undefined) {
        const copy = `${real}.bak-${stamp(now)}`;
        await writeFileAtomically(copy, before);
        copies.push(copy);
      }
      await writeFileAtomically(real, after);
    } catch (error) {
      const { message, remedy } = error instanceof UserFacingError
        ? error
        : fileFailure("write", path, error);
      throw new CommandError(EXIT_CODES.cannotCreate, message, {
        cause: error,
        ...(remedy === undefined ? {} : { remedy }),
      });
    }
  }
  return copies;
}

/** e.g. `20261121-153000`, in UTC. */
function stamp(now: Date): string {
  return now.toISOString().replaceAll(/[-:]|\..*/g, "").replace("T", "-");
}
