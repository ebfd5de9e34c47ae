/** The conversations that Codex has on disk for a folder. */
import { z } from "zod";
import type { ThreadSummary } from "../../../core/codex/codex_queries.ts";
import { requestIn } from "../../../core/text/prompt_sections.ts";
import type { Ask } from "./ask.ts";
import { maybe } from "./wire.ts";

/** Where a person works with Codex; its own helpers' threads are nobody's conversation. */
const SOURCE_KINDS = ["cli", "vscode", "exec", "appServer"];
const MOST_PAGES = 5;
const PAGE_SIZE = 100;
/** In UTF-16 units. Who shows it cuts it to their width, once its secrets are masked. */
const TITLE_LIMIT = 300;
/** The last second that a date can hold. */
const LAST_SECOND = 8.64e12;

const THREAD = z.object({
  id: z.string(),
  name: maybe(z.string()),
  preview: z.string().default(""),
  ephemeral: z.boolean().default(false),
  parentThreadId: maybe(z.string()),
  /** Unix seconds. */
  updatedAt: z.number().min(0).max(LAST_SECOND),
});
const PAGE = z.object({ data: z.array(THREAD), nextCursor: maybe(z.string()) });

/** `thread/list`, page by page until there are enough. */
export async function listThreads(
  ask: Ask,
  workingDirectory: string,
  limit: number,
): Promise<readonly ThreadSummary[]> {
  const threads: ThreadSummary[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES && threads.length < limit; page++) {
    const { data, nextCursor } = await ask("thread/list", {
      cwd: workingDirectory,
      limit: Math.min(limit, PAGE_SIZE),
      sortKey: "updated_at",
      sortDirection: "desc",
      // Empty: of all providers.
      modelProviders: [],
      sourceKinds: SOURCE_KINDS,
      ...(cursor === undefined ? {} : { cursor }),
    }, PAGE);
    threads.push(
      ...data.filter(({ ephemeral, parentThreadId }) => !ephemeral && parentThreadId === undefined)
        .map(summaryOf),
    );
    if (nextCursor === undefined) break;
    cursor = nextCursor;
  }
  return threads.slice(0, limit);
}

function summaryOf({ id, name, preview, updatedAt }: z.infer<typeof THREAD>): ThreadSummary {
  const named = name?.trim() ?? "";
  return {
    id,
    title: titleOf(named === "" ? requestIn(preview.trim()) : named),
    updatedAt: new Date(updatedAt * 1000).toISOString(),
  };
}

/** The first line that says something. */
function titleOf(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/^[#>*\s-]+/, "").trim());
  const first = (lines.find((line) => line !== "") ?? "").replaceAll(/\s+/g, " ");
  if (first.length <= TITLE_LIMIT) return first;
  // At a blank where there is one: what is masked only as a whole stays whole, or goes.
  return `${first.slice(0, TITLE_LIMIT).replace(/\s\S*$|[\ud800-\udbff]$/, "")}…`;
}
