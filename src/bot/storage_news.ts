/** Tells each person once of a damaged database, with their next message. */

export class StorageNews {
  readonly #takeDamage: () => string | undefined;
  readonly #damages: string[] = [];
  /** By person: how many of the damages they know. */
  readonly #told = new Map<number, number>();

  /** @param takeDamage the name of a file that was set aside, once */
  constructor(takeDamage: () => string | undefined) {
    this.#takeDamage = takeDamage;
  }

  /** @returns names of files that this person has not been told of; they count as told now */
  for(userId: number): readonly string[] {
    const damage = this.#takeDamage();
    if (damage !== undefined) this.#damages.push(damage);
    const untold = this.#damages.slice(this.#told.get(userId) ?? 0);
    this.#told.set(userId, this.#damages.length);
    return untold;
  }
}
