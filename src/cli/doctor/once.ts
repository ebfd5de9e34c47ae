/** Work that several ask for and that is done once. */

/** The same work for everybody, begun with the first who asks. */
export function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let begun: Promise<Result> | undefined;
  return () => begun ??= work();
}
