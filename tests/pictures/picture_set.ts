/** Pictures that are drawn together. */
import type { Browser } from "../support/browser/browser.ts";

export interface PictureSet {
  /** Without the extension; also those of which `keep` is told. */
  readonly names: readonly string[];
  readonly draw: (
    browser: Browser,
    keep: (name: string, picture: Uint8Array) => Promise<void>,
  ) => Promise<void>;
}
