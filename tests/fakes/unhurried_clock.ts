/** Time for tests over real connections, in which a slow machine makes nothing late. */
import type { Api, Transformer } from "grammy";
import type { BotApiServer } from "../../src/demo/bot_api/server.ts";
import { FakeClock } from "./fake_clock.ts";

/**
 * A clock that goes on by itself, as fast as the machine can, but stands still while a call is on
 * its way: from the bot to the server, or back. What the server holds, such as a long poll, holds
 * nothing up.
 */
export class UnhurriedClock extends FakeClock implements AsyncDisposable {
  readonly #stepMs: number;
  readonly #running: Promise<void>;
  #held = (): number => 0;
  #underWay = 0;
  #over = false;

  /** @param stepMs how exact it is */
  constructor(stepMs = 25) {
    super();
    this.#stepMs = stepMs;
    this.#running = this.#run();
  }

  /** Stands still for the calls that arrive at this server. */
  watchServer({ calls }: BotApiServer): void {
    let over = 0;
    this.#held = () => {
      const all = calls();
      while (all[over]?.outcome !== undefined) over += 1;
      return all.slice(over).filter(({ outcome }) => outcome === undefined).length;
    };
  }

  /** Stands still for the calls that are made with it. */
  watchCalls(api: Api): Api {
    const count: Transformer = async (call, method, payload, signal) => {
      this.#underWay += 1;
      try {
        return await call(method, payload, signal);
      } finally {
        this.#underWay -= 1;
      }
    };
    api.config.use(count);
    return api;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#over) {
      // Whatever has arrived comes first.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const isOnItsWay = this.#underWay > 0 && this.#underWay > this.#held();
      if (!isOnItsWay && this.sleeping > 0) await this.advance(this.#stepMs);
    }
  }
}
