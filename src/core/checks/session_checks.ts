/** Shows the checks of a session, proposes others, and keeps what the person chooses. */
import type { CodexBackend, Machines } from "../codex/codex.ts";
import { CodexError } from "../errors.ts";
import type { Session, SessionKey, SessionStore } from "../session/session.ts";
import { type Profile, profileNamed, type Profiles } from "../session/settings.ts";
import {
  type Check,
  chosenChecks,
  nameOf,
  type SessionChecks,
  uniqueName,
  USUAL_TIMEOUT_MS,
} from "./check.ts";
import type { ProjectFiles, ProposedCheck } from "./proposals.ts";

export interface ChecksReport {
  readonly profile: Profile;
  /** Those that run, in their order. */
  readonly checks: readonly Check[];
  /** Of those, the names that the person has added for the session. */
  readonly added: readonly string[];
  /** Of the profile, and off for the session. */
  readonly off: readonly Check[];
  /** What the project offers beyond them. */
  readonly proposals: readonly ProposedCheck[];
  /** Why the folder could not be looked at. */
  readonly unread?: CodexError;
}

export type CheckChange =
  | { readonly type: "added" | "off"; readonly check: Check }
  /** It runs already, or is off already. */
  | { readonly type: "unchanged"; readonly check: Check }
  | { readonly type: "unknown" };

interface SessionCheckDependencies {
  readonly machines: Machines<Pick<CodexBackend, "queries" | "start">>;
  readonly profiles: Profiles;
  readonly sessions: SessionStore;
}

/** Bytes of a file of the project; a larger one offers nothing. */
const MOST_BYTES = 500_000;
const MOST_ADDED = 20;

export class SessionCheckService {
  readonly #deps: SessionCheckDependencies;

  constructor(deps: SessionCheckDependencies) {
    this.#deps = deps;
  }

  async report(key: SessionKey): Promise<ChecksReport> {
    const session = await this.#deps.sessions.peek(key);
    const profile = profileNamed(this.#deps.profiles, session.profile);
    const checks = chosenChecks(profile, session.checks);
    const off = (profile.checks ?? []).filter((check) => !checks.includes(check));
    const added = checks.filter((check) => profile.checks?.includes(check) !== true)
      .map(({ name }) => name);
    const known = new Set([...checks, ...off].map(({ command }) => command));
    const found = await this.#proposals(profile);
    const proposals = found.proposals.filter(({ command }) => !known.has(command));
    const { unread } = found;
    const report = { profile, checks, added, off, proposals };
    return unread === undefined ? report : { ...report, unread };
  }

  /** Switches a check on for the session: one that is off, one that is proposed, or a command. */
  async add(key: SessionKey, wanted: string): Promise<CheckChange> {
    const { profile, checks, off, proposals } = await this.report(key);
    const running = named(checks, wanted);
    if (running !== undefined) return { type: "unchanged", check: running };
    const known = named(off, wanted);
    if (known !== undefined) {
      await this.#change(key, profile, (chosen) => ({
        ...chosen,
        off: chosen.off.filter((name) => !isSameName(name, known.name)),
      }));
      return { type: "added", check: known };
    }
    const proposal = named(proposals, wanted);
    // A single word is a name that nothing has, or a slip; a command has more than one, or is a path.
    if (proposal === undefined && !/[\s/]/.test(wanted)) return { type: "unknown" };
    const check = newCheck(proposal ?? commandOf(wanted), [...checks, ...off]);
    await this.#change(key, profile, (chosen) => ({
      ...chosen,
      added: [...chosen.added, check].slice(-MOST_ADDED),
    }));
    return { type: "added", check };
  }

  async switchOff(key: SessionKey, wanted: string): Promise<CheckChange> {
    const { profile, checks, off, added } = await this.report(key);
    const check = named(checks, wanted);
    if (check === undefined) {
      const already = named(off, wanted);
      return already === undefined ? { type: "unknown" } : { type: "unchanged", check: already };
    }
    await this.#change(
      key,
      profile,
      (chosen) =>
        added.includes(check.name)
          ? { ...chosen, added: chosen.added.filter(({ name }) => !isSameName(name, check.name)) }
          : { ...chosen, off: [...chosen.off, check.name] },
    );
    return { type: "off", check };
  }

  async #change(
    key: SessionKey,
    { name: profile }: Profile,
    change: (chosen: SessionChecks) => SessionChecks,
  ): Promise<void> {
    await this.#deps.sessions.change(key, ({ checks, ...session }): Session => {
      const former = checks?.profile === profile ? checks : { profile, added: [], off: [] };
      const chosen = change(former);
      const isEmpty = chosen.added.length === 0 && chosen.off.length === 0;
      return isEmpty ? session : { ...session, checks: chosen };
    });
  }

  async #proposals(
    profile: Profile,
  ): Promise<{ readonly proposals: readonly ProposedCheck[]; readonly unread?: CodexError }> {
    try {
      const { proposedChecks, READ_FILES } = await import("./proposals.ts");
      return { proposals: proposedChecks(await this.#look(profile, READ_FILES)) };
    } catch (error) {
      if (!(error instanceof CodexError)) throw error;
      return { proposals: [], unread: error };
    }
  }

  /** Looks at the folder through Codex, on whichever machine it is. */
  async #look(
    { machine, workingDirectory }: Profile,
    files: readonly string[],
  ): Promise<ProjectFiles> {
    const codex = this.#deps.machines.codexOn(machine);
    await codex.start();
    const { queries } = codex;
    const names = await queries.fileNames(workingDirectory);
    const wanted = files.filter((name) => names.includes(name));
    const texts = await Promise.all(wanted.map(async (name) => {
      try {
        const { bytes } = await queries.readFile(workingDirectory, name, MOST_BYTES);
        return [[name, new TextDecoder().decode(bytes)] as const];
      } catch (error) {
        // A link, or a file that is too large, offers nothing.
        if (error instanceof CodexError && error.kind === "request") return [];
        throw error;
      }
    }));
    return { names, texts: new Map(texts.flat()) };
  }
}

function named<Named extends { readonly name: string }>(
  all: readonly Named[],
  wanted: string,
): Named | undefined {
  return all.find(({ name }) => isSameName(name, wanted));
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function commandOf(command: string): { readonly command: string; readonly name?: string } {
  return { command };
}

function newCheck(
  { name, command }: { readonly name?: string; readonly command: string },
  others: readonly Check[],
): Check {
  const taken = others.map((check) => check.name);
  return { name: uniqueName(name ?? nameOf(command), taken), command, timeoutMs: USUAL_TIMEOUT_MS };
}
