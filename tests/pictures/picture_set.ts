/** Pictures that are drawn together, as they show the same run. */
import type { Browser } from "../support/browser/browser.ts";

export interface PictureSet {
  /** Without the extension. */
  readonly names: readonly string[];
  readonly draw: (
    browser: Browser,
    keep: (name: string, picture: Uint8Array) => Promise<void>,
  ) => Promise<void>;
}
