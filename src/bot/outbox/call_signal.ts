/** The signal that ends a call of grammY's. */
import type { Api } from "grammy";

/** grammY's types know the signal of a library where the runtime's own is what arrives. */
export type CallSignal = AbortSignal & NonNullable<Parameters<Api["deleteMessage"]>[2]>;

/** The same signal, as grammY's methods take it. */
export function callSignal(signal: AbortSignal): CallSignal {
  if (!isCallSignal(signal)) throw new TypeError("The runtime's AbortSignal has no listeners");
  return signal;
}

/** All that grammY does with the signal is to listen to it. */
function isCallSignal(signal: AbortSignal): signal is CallSignal {
  return "addEventListener" in signal;
}
