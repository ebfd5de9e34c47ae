/** Keeps the reports that a person at the terminal has asked for. */
import { join } from "node:path";
import type { RunReport } from "../../core/run/run_reports.ts";
import { ensurePrivateFolder, writeFileAtomically } from "./durable_files.ts";

/**
 * Writes a report; a later one of the same run takes its place.
 * @returns its path
 * @throws {FileError} when the folder cannot be written
 */
export async function saveReport(
  folder: string,
  { fileName, bytes }: RunReport,
): Promise<string> {
  await ensurePrivateFolder(folder);
  const path = join(folder, fileName);
  await writeFileAtomically(path, new TextDecoder().decode(bytes));
  return path;
}
