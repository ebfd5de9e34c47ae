/** What turns cost, in tokens. */

export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly totalTokens: number;
}

export function addUsage(sum: TokenUsage | undefined, added: TokenUsage): TokenUsage {
  if (sum === undefined) return added;
  return {
    inputTokens: sum.inputTokens + added.inputTokens,
    cachedInputTokens: sum.cachedInputTokens + added.cachedInputTokens,
    outputTokens: sum.outputTokens + added.outputTokens,
    reasoningTokens: sum.reasoningTokens + added.reasoningTokens,
    totalTokens: sum.totalTokens + added.totalTokens,
  };
}
