/**
 * Changes what the next request of a session works under. A request that waits keeps the mode and the
 * profile under which it was asked: they may be meant for another project.
 */
import type { Clock } from "../clock.ts";
import {
  type Session,
  type SessionKey,
  type SessionStore,
  withEverythingNew,
  withNewConversation,
} from "../session/session.ts";
import { type Mode, type Profile, profileNamed, type Profiles } from "../session/settings.ts";
import type { ActiveRun } from "./active_run.ts";
import type { RunSettings, RunStore, StoredRun } from "./run.ts";

interface SessionSettingsDependencies {
  readonly sessions: Pick<SessionStore, "change">;
  readonly runs: Pick<RunStore, "keepSettings">;
  readonly profiles: Profiles;
  readonly clock: Clock;
  /** The session's runs that were asked for, the one that is at work among them. */
  readonly asked: (key: SessionKey) => readonly ActiveRun[];
  /** Those that await a confirmation. */
  readonly onHold: (key: SessionKey) => readonly StoredRun[];
}

/** What a run works under that begins now; one that continues planned work is no other work. */
export function settingsOf({ mode, profile, follows }: StoredRun, session: Session): RunSettings {
  return {
    mode: mode ?? (follows === undefined ? session.mode : "plan"),
    profile: profile ?? follows?.profile ?? session.profile,
  };
}

export class SessionSettings {
  readonly #deps: SessionSettingsDependencies;

  constructor(deps: SessionSettingsDependencies) {
    this.#deps = deps;
  }

  setMode(key: SessionKey, mode: Mode): Promise<Session> {
    return this.#change(key, { mode });
  }

  /** @returns undefined when there is no such profile */
  async selectProfile(key: SessionKey, name: string): Promise<Profile | undefined> {
    const profile = this.#deps.profiles.all.get(name.toLowerCase());
    if (profile !== undefined) await this.#change(key, { profile: profile.name });
    return profile;
  }

  /** @throws {StorageError} when the disk does not take it; nothing is changed then */
  async #change(
    key: SessionKey,
    change: Partial<Pick<Session, "mode" | "profile">>,
  ): Promise<Session> {
    const { sessions, runs, profiles, asked, onHold } = this.#deps;
    return await sessions.change(key, (session) => {
      // One that is in the configuration no longer would not have been used either.
      const asking = { ...session, profile: profileNamed(profiles, session.profile).name };
      for (const active of asked(key)) {
        // One that is at work may have to wait again: for a limit, a folder, or a request that passes it.
        if (active.run.mode !== undefined) continue;
        const kept = settingsOf(active.run, asking);
        runs.keepSettings(active.run.id, kept);
        active.keepSettings(kept);
      }
      for (const run of onHold(key)) {
        if (run.mode === undefined) runs.keepSettings(run.id, settingsOf(run, asking));
      }
      return { ...session, ...change };
    });
  }

  /** Begins a new conversation; `all` gives back what was chosen for the session, too. */
  async beginAnew(key: SessionKey, { all }: { readonly all: boolean }): Promise<void> {
    const { sessions, profiles, clock } = this.#deps;
    await sessions.change(
      key,
      (session) =>
        all
          ? withEverythingNew(session, profiles.default, clock.now())
          : withNewConversation(session, clock.now()),
    );
  }
}
