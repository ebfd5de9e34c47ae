/** Lists the profiles, and tells the one under which a session's next requests work. */
import type { BackendKind, Machines } from "../codex/codex.ts";
import type { Session } from "../session/session.ts";
import { type Profile, profileNamed, type Profiles, withChoices } from "../session/settings.ts";

interface SessionProfilesDependencies {
  readonly profiles: Profiles;
  readonly machines: Machines;
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
}
