/** What can be wrong with another machine, so that each front-end says it in its own words. */

export type MachineTroubleKind =
  | "unreachable" // nobody answers there
  | "refused" // it does not know the token
  | "tls" // the encryption cannot be trusted
  | "wrong-protocol" // something else answers there
  | "too-old" // its Codex is too old
  | "lost" // the connection ended while Codex worked
  | "file"; // a file of the request could not be brought there

export interface MachineTrouble {
  readonly kind: MachineTroubleKind;
  /** Its address. */
  readonly machine: string;
}
