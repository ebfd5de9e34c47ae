/** Tells an observer what happens to runs a moment later: nobody waits for what it writes. */
import { DeferredWork } from "../deferred_work.ts";
import type { RunChange, RunObserver } from "./run_state.ts";

export class DeferredObserver implements RunObserver {
  readonly #observer: RunObserver;
  readonly #work: DeferredWork;

  constructor(observer: RunObserver, deps: ConstructorParameters<typeof DeferredWork>[0]) {
    this.#observer = observer;
    this.#work = new DeferredWork(deps);
  }

  observe(change: RunChange): void {
    this.#work.add(() => this.#observer.observe(change));
  }

  /** Tells it all of that now. */
  flush(): void {
    this.#work.flush();
  }
}
