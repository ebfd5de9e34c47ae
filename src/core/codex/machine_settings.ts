/** How the Codex of another machine is reached: the remote profiles of the configuration. */

export type Endpoint =
  /** A socket in this machine's file system, as `ssh -L` makes one. */
  | { readonly type: "unix"; readonly path: string }
  | {
    readonly type: "network";
    /** `ws:` or `wss:` */
    readonly url: string;
    /** Of the address, in brackets where it is one of IPv6. */
    readonly host: string;
    readonly port: number;
  };

export interface MachineSettings {
  /** Its address as people write it, by which profiles and threads name it. */
  readonly name: string;
  readonly endpoint: Endpoint;
  /** Shown to whoever answers there; from the environment. */
  readonly token?: string;
  /** The variable that the token came from: never for the eyes of a Codex. */
  readonly tokenVariable?: string;
}
