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
  /** How many messages of each group are on their way, however many there are of other groups. */
  readonly #open = new Map<string, number>();
  readonly #keys = new Set<string>();
  /** What waits, by the group that it waits for. */
  readonly #held = new Map<string, Map<HeldOperation, { lost: boolean }>>();

  /** Records that a message is on its way. */
  opened(key: string): void {
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    for (const group of groupsOf(key)) this.#open.set(group, (this.#open.get(group) ?? 0) + 1);
  }

  /** Records that a message is on its way no more, and lets go what waited for it alone. */
  closed(key: string, arrived: boolean): void {
    const groups = groupsOf(key);
    if (!arrived) { for (const group of groups) this.#lose(group); }
    if (this.#keys.delete(key)) { for (const group of groups) this.#close(group); }
    for (const group of groups) {
      if (!this.isOpen(group)) this.#letGo(group);
    }
  }

  /** Tells whether a message of the group is on its way. */
  isOpen(group: string): boolean {
    return this.#open.has(group);
  }

  hold(held: HeldOperation): void {
    const sameGroup = this.#held.get(held.after) ?? new Map();
    this.#held.set(held.after, sameGroup.set(held, { lost: false }));
  }

  /** Lets go of everything that waits, without starting it. */
  stop(): void {
    const held = [...this.#held.values()].flatMap((group) => [...group.keys()]);
    this.#held.clear();
    for (const { stop } of held) stop();
  }

  #close(group: string): void {
    const left = (this.#open.get(group) ?? 0) - 1;
    if (left > 0) this.#open.set(group, left);
    else this.#open.delete(group);
  }

  #lose(group: string): void {
    for (const [held, state] of this.#held.get(group) ?? []) {
      if (state.lost) continue;
      state.lost = true;
      held.onLost();
    }
  }

  #letGo(group: string): void {
    const held = this.#held.get(group);
    this.#held.delete(group);
    for (const [{ start }, { lost }] of held ?? []) start(!lost);
  }
}

/** A group has the messages whose keys are its name, or begin with its name and a colon. */
function groupsOf(key: string): readonly string[] {
  return [...[...key.matchAll(/:/g)].map(({ index }) => key.slice(0, index)), key];
}
