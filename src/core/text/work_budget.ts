/** Counts the steps of a computation and stops it where they are too many. */

/** Says that the steps are used up. */
export class BudgetSpent extends Error {
  override readonly name = "BudgetSpent";
}

export class WorkBudget {
  #spent = 0;

  constructor(readonly limit: number) {}

  get spent(): number {
    return this.#spent;
  }

  /** @throws {BudgetSpent} where the limit is passed */
  spend(steps = 1): void {
    this.#spent += steps;
    if (this.#spent > this.limit) throw new BudgetSpent(`more than ${this.limit} steps`);
  }
}
