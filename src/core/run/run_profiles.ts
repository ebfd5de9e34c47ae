/** Chooses the profile of a run, and says so where it cannot be the one that the session has. */
import type { ChatPort } from "../chat/chat.ts";
import { ProfileGoneError } from "../errors.ts";
import { type Session, sessionId } from "../session/session.ts";
import { type Profile, profileNamed, type Profiles, withChoices } from "../session/settings.ts";
import type { StoredRun } from "./run.ts";

interface RunProfilesDependencies {
  readonly profiles: Profiles;
  readonly chat: Pick<ChatPort, "notify">;
}

export class RunProfiles {
  readonly #deps: RunProfilesDependencies;
  /** Sessions that know that their profile is gone, with its name. */
  readonly #told = new Set<string>();

  constructor(deps: RunProfilesDependencies) {
    this.#deps = deps;
  }

  /**
   * Takes the default profile where the session's own is in the configuration no longer, and says so
   * once: it may be another folder.
   * @throws {ProfileGoneError} where the run was begun with it, was asked for under it before the
   * session had another one, or continues what was begun with it
   */
  of(run: StoredRun, session: Session): Profile {
    const { profiles } = this.#deps;
    const begunWith = run.profile ?? run.follows?.profile;
    const name = begunWith ?? session.profile;
    const profile = withChoices(profileNamed(profiles, name), session);
    if (profiles.all.has(name.toLowerCase())) return profile;
    if (begunWith !== undefined) throw new ProfileGoneError(begunWith);
    this.#tell(run, name, profile);
    return profile;
  }

  #tell(run: StoredRun, name: string, { name: used, machine, workingDirectory }: Profile): void {
    const told = `${sessionId(run.session)} ${name}`;
    if (this.#told.has(told)) return;
    this.#told.add(told);
    const on = machine === undefined ? {} : { machine };
    const folder = workingDirectory;
    this.#deps.chat.notify(run, { type: "profile.gone", name, used, ...on, folder });
  }
}
