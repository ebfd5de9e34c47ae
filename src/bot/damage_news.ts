/** Tells each person once of a damaged database, with their next message. */
export class DamageNews {
  readonly #takeDamage: () => string | undefined;
  readonly #damages: string[] = [];
  /** How many of the damages each person knows. */
  readonly #told = new Map<number, number>();

  constructor(takeDamage: () => string | undefined) {
    this.#takeDamage = takeDamage;
  }

  /** @returns names of files that this person was not told of; counts them as told */
  for(userId: number): readonly string[] {
    const damage = this.#takeDamage();
    if (damage !== undefined) this.#damages.push(damage);
    const untold = this.#damages.slice(this.#told.get(userId) ?? 0);
    this.#told.set(userId, this.#damages.length);
    return untold;
  }
}
