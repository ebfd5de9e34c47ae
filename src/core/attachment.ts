/** A file that came with a request and is kept on this machine. */

export interface Attachment {
  /** `image` = Codex may be shown it; everything else is a file that it can open. */
  readonly kind: "image" | "file";
  /** Absolute. */
  readonly path: string;
  /** As the person's device called it; only for showing. */
  readonly name: string;
}
