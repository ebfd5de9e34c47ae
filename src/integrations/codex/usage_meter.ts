/** Measures what one turn used, from the running totals that Codex keeps per thread. */
import type { TokenUsage } from "../../core/codex/codex.ts";

const NAMES = [
  "inputTokens",
  "cachedInputTokens",
  "outputTokens",
  "reasoningTokens",
  "totalTokens",
] as const;

export class UsageMeter {
  #before: TokenUsage | undefined;

  /**
   * Takes one report of Codex, which comes after each call of the model.
   * @param total of the thread since it was made
   * @param last of the latest call alone
   * @returns what the turn has used so far
   */
  read(total: TokenUsage, last: TokenUsage): TokenUsage {
    this.#before ??= subtract(total, last);
    const used = subtract(total, this.#before);
    // Codex fills its own total up to the model's window when a request does not fit into that.
    return { ...used, totalTokens: used.inputTokens + used.outputTokens };
  }
}

function subtract(from: TokenUsage, what: TokenUsage): TokenUsage {
  const difference = { ...from };
  for (const name of NAMES) difference[name] = Math.max(0, from[name] - what[name]);
  return difference;
}
