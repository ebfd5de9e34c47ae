/**
 * Holds what has to wait until other messages have arrived: what says that the answer is here is not
 * said before.
 */

/** Something that waits for the messages of a group. */
export interface HeldOperation {
  /** See `FollowsUp`. */
  readonly after: string;
  /** @param arrived false when one of the group could not be delivered */
  readonly start: (arrived: boolean) => void;
  /** Records at once that one of the group cannot be delivered; called once. */
  readonly onLost: () => void;
  readonly stop: () => void;
}

export class FollowUps {
  /** Keys of the messages that are on their way. */
  readonly #open = new Set<string>();
  readonly #held = new Map<HeldOperation, { lost: boolean }>();

  /** Records that a message is on its way. */
  opened(key: string): void {
    this.#open.add(key);
  }

  /** Records that a message is on its way no more, and lets go what waited for it alone. */
  closed(key: string, arrived: boolean): void {
    if (!arrived) this.#lose(key);
    this.#open.delete(key);
    for (const [held, { lost }] of [...this.#held]) {
      if (!inGroup(key, held.after) || this.isOpen(held.after)) continue;
      this.#held.delete(held);
      held.start(!lost);
    }
  }

  /** Tells whether a message of the group is on its way. */
  isOpen(group: string): boolean {
    return [...this.#open].some((key) => inGroup(key, group));
  }

  hold(held: HeldOperation): void {
    this.#held.set(held, { lost: false });
  }

  /** Lets go of everything that waits, without starting it. */
  stop(): void {
    const held = [...this.#held.keys()];
    this.#held.clear();
    for (const { stop } of held) stop();
  }

  #lose(key: string): void {
    for (const [held, state] of this.#held) {
      if (state.lost || !inGroup(key, held.after)) continue;
      state.lost = true;
      held.onLost();
    }
  }
}

/** A group has the messages whose keys begin with its name and a colon. */
export function inGroup(key: string, group: string): boolean {
  return key === group || key.startsWith(`${group}:`);
}
