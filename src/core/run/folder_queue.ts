/**
 * Lets runs of different sessions work in one folder one after another: in the order in which they
 * came, unless a person wants one of them to run beside the others.
 */
import { RunCancelledError } from "../errors.ts";
import { type FolderPlace, isSameTree } from "../workspace/folder_place.ts";

/** What a run does whose folder another one works in. */
export type FolderConflicts = "wait" | "beside";

/** What a run waits for that other runs work in its folder. */
export interface FolderWait {
  /** The first of those ahead. */
  readonly runId: string;
  /** Its request; absent where that is another person's. */
  readonly request?: string;
  /** It is a request of the same person. */
  readonly own: boolean;
  /** It waits for a person itself. */
  readonly needsDecision: boolean;
  /** How many are ahead. */
  readonly ahead: number;
}

export interface FolderWish {
  /** Runs of one session never meet: they are queued already. */
  readonly session: string;
  readonly machine?: string | undefined;
  readonly folder: string;
  /** false = it only reads: it waits for nobody, and nobody waits for it. */
  readonly writes: boolean;
  /** Runs beside others without waiting. */
  readonly beside: boolean;
}

export interface FolderQueueDependencies<Item> {
  /** Follows links and finds the repository; undefined where that cannot be told. Never rejects. */
  readonly locate: (wish: FolderWish) => Promise<FolderPlace | undefined>;
  /** Called whenever what an item waits for may have changed. @param ahead in the order of the queue */
  readonly waits: (item: Item, ahead: readonly Item[]) => void;
  /**
   * Both of each pair are at work in one folder: the changes of the second one count as those of the
   * first, too.
   */
  readonly mixed: (pairs: readonly (readonly [item: Item, other: Item])[]) => void;
}

interface Claim<Item> {
  readonly item: Item;
  readonly wish: FolderWish;
  status: "locating" | "waiting" | "working";
  beside: boolean;
  place: FolderPlace;
  /** Set once somebody else has made it worth a look. */
  located?: Promise<void>;
  readonly admit: () => void;
}

export class FolderQueue<Item extends object> {
  readonly #deps: FolderQueueDependencies<Item>;
  /** In the order in which they came; those at work, too. */
  #claims: Claim<Item>[] = [];
  #entries = 0;

  constructor(deps: FolderQueueDependencies<Item>) {
    this.#deps = deps;
  }

  /** How many items have come so far. */
  get entries(): number {
    return this.#entries;
  }

  /** Whether no item works or waits on the machine. */
  isIdle(machine: string | undefined): boolean {
    return !this.#claims.some(({ wish }) => wish.machine === machine);
  }

  /**
   * Lets the item in where no other one works or waits on its machine. A later {@link enter} keeps the
   * place, or gives it up for another one.
   * @returns false where another one does
   */
  enterAtOnce(item: Item, wish: FolderWish): boolean {
    if (!this.isIdle(wish.machine)) return false;
    const admit = (): void => undefined;
    const place = { path: wish.folder };
    this.#add({ item, wish, status: "working", beside: wish.beside, place, admit });
    return true;
  }

  /**
   * Waits until the item may work in its folder; `leave` ends that, however the work ends. Alone on
   * its machine it waits for nothing, and nothing is looked up.
   * @throws {RunCancelledError} when the signal is aborted first; the item has left then
   */
  async enter(item: Item, wish: FolderWish, signal: AbortSignal): Promise<void> {
    const entered = this.#claims.find((claim) => claim.item === item);
    const keeps = entered?.status === "working" && isSameWish(entered.wish, wish);
    if (keeps && !signal.aborted) return;
    this.leave(item);
    const { promise: admitted, resolve: admit, reject } = Promise.withResolvers<void>();
    const claim: Claim<Item> = {
      item,
      wish,
      status: "locating",
      beside: wish.beside,
      place: { path: wish.folder },
      admit,
    };
    this.#add(claim);
    const giveUp = (): void => {
      this.leave(item);
      reject(new RunCancelledError("The run was stopped"));
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
    try {
      await Promise.race([this.#locateAround(claim), admitted]);
      if (claim.status === "locating") claim.status = "waiting";
      this.#admitAll();
      await admitted;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** Lets those behind it go on. */
  leave(item: Item): void {
    const left = this.#claims.filter((claim) => claim.item !== item);
    if (left.length === this.#claims.length) return;
    this.#claims = left;
    this.#admitAll();
  }

  /** Lets an item go on that waits. @returns false when it does not (any more) */
  runBeside(item: Item): boolean {
    const claim = this.#claims.find((each) => each.item === item);
    if (claim === undefined || claim.status === "working") return false;
    claim.beside = true;
    this.#admitAll();
    return true;
  }

  /** Tells those that wait once more what they wait for. */
  tellAgain(): void {
    this.#admitAll();
  }

  /** Whether anything that may change files is at work there, as far as the paths tell. */
  isBusy(machine: string | undefined, place: FolderPlace): boolean {
    return this.#claims.some(({ wish, status, place: its }) =>
      status === "working" && wish.writes && wish.machine === machine && isSameTree(its, place)
    );
  }

  #add(claim: Claim<Item>): void {
    this.#entries++;
    this.#claims.push(claim);
  }

  /** Looks where the folders are of all that may meet, as soon as there are two. */
  async #locateAround(claim: Claim<Item>): Promise<void> {
    const others = this.#claims.filter((other) => this.#mayMeet(claim, other));
    if (others.length === 0) return;
    await Promise.all([claim, ...others].map((each) => each.located ??= this.#locate(each)));
  }

  async #locate(claim: Claim<Item>): Promise<void> {
    const place = await this.#deps.locate(claim.wish);
    if (place !== undefined) claim.place = { ...place, written: claim.wish.folder };
  }

  #mayMeet(claim: Claim<Item>, other: Claim<Item>): boolean {
    return other !== claim && other.wish.session !== claim.wish.session &&
      other.wish.machine === claim.wish.machine;
  }

  #meet(claim: Claim<Item>, other: Claim<Item>): boolean {
    return this.#mayMeet(claim, other) && isSameTree(claim.place, other.place);
  }

  #admitAll(): void {
    for (const claim of this.#waiting()) {
      if (claim.beside || !claim.wish.writes || this.#ahead(claim).length === 0) this.#begin(claim);
    }
    for (const claim of this.#waiting()) {
      this.#deps.waits(claim.item, this.#ahead(claim).map(({ item }) => item));
    }
  }

  #waiting(): Claim<Item>[] {
    return this.#claims.filter(({ status }) => status === "waiting");
  }

  /** Those that came earlier, and those that a person lets run beside them. */
  #ahead(claim: Claim<Item>): Claim<Item>[] {
    const place = this.#claims.indexOf(claim);
    return this.#claims.filter((other, index) =>
      other.wish.writes && (index < place || other.status === "working") && this.#meet(claim, other)
    );
  }

  #begin(claim: Claim<Item>): void {
    claim.status = "working";
    const pairs: (readonly [Item, Item])[] = [];
    for (const other of this.#claims) {
      if (other.status !== "working" || !this.#meet(claim, other)) continue;
      if (other.wish.writes) pairs.push([claim.item, other.item]);
      if (claim.wish.writes) pairs.push([other.item, claim.item]);
    }
    if (pairs.length > 0) this.#deps.mixed(pairs);
    claim.admit();
  }
}

function isSameWish(one: FolderWish, other: FolderWish): boolean {
  return one.machine === other.machine && one.folder === other.folder &&
    one.writes === other.writes;
}
