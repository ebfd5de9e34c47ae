/** Lists the profiles, and changes the one under which a session's next requests work. */
import type { BackendKind, Machines } from "../codex/codex.ts";
import { type Session, sessionId, type SessionKey, type SessionStore } from "../session/session.ts";
import { type Profile, profileNamed, type Profiles, withChoices } from "../session/settings.ts";
import type { ActiveRun } from "./active_run.ts";
import type { RunStore } from "./run.ts";

interface SessionProfilesDependencies {
  readonly profiles: Profiles;
  readonly machines: Machines;
  readonly sessions: SessionStore;
  readonly runs: RunStore;
  /** Runs of the session that have not begun. */
  readonly waiting: (session: string) => readonly ActiveRun[];
}

export interface ListedProfile extends Profile {
  /** The kind of Codex that works under it. */
  readonly codex: BackendKind;
}

export class SessionProfiles {
  readonly #deps: SessionProfilesDependencies;

  constructor(deps: SessionProfilesDependencies) {
    this.#deps = deps;
  }

  /** The session's profile, with what was chosen for the session. */
  of(session: Session): Profile {
    return withChoices(profileNamed(this.#deps.profiles, session.profile), session);
  }

  list(): { readonly all: readonly ListedProfile[]; readonly default: string } {
    const { profiles, machines } = this.#deps;
    const all = [...profiles.all.values()].map((each): ListedProfile => ({
      ...each,
      codex: machines.codexOn(each.machine).kind,
    }));
    return { all, default: profileNamed(profiles, profiles.default).name };
  }

  /**
   * Leaves what waits where it was asked for: it must not work in another folder, on another machine.
   * @returns undefined when there is none of that name (any case)
   */
  async select(key: SessionKey, name: string): Promise<Profile | undefined> {
    const { profiles, sessions } = this.#deps;
    const profile = profiles.all.get(name.toLowerCase());
    if (profile === undefined) return undefined;
    await sessions.change(key, (session) => {
      const former = profiles.all.get(session.profile.toLowerCase());
      if (former !== undefined && former !== profile) this.#keep(key, former);
      return { ...session, profile: profile.name };
    });
    return profile;
  }

  #keep(key: SessionKey, { name }: Profile): void {
    this.#deps.runs.keepProfile(key, name);
    for (const active of this.#deps.waiting(sessionId(key))) active.keepProfile(name);
  }
}
