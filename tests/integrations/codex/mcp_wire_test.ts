import assert from "node:assert/strict";
import { turnEvents } from "../../../src/integrations/codex/mcp/protocol.ts";

function folderOf(cwd: string): unknown {
  const item = {
    type: "CommandExecution",
    id: "item",
    command: ["ls"],
    cwd,
    status: "completed",
  };
  const [event] = turnEvents({ type: "item_completed", item });
  return event?.type === "item.completed" && event.item.type === "command"
    ? event.item.workingDirectory
    : undefined;
}

Deno.test("turnEvents() tells a command's folder as a path, and an address that is none as it is", () => {
  assert.equal(folderOf("file:///a%20b"), "/a b");
  assert.equal(folderOf("/a b"), "/a b");
  assert.equal(folderOf("file://another-computer/a"), "file://another-computer/a");
  assert.equal(folderOf("file:///%zz"), "file:///%zz");
});
