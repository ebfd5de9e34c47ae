/** What the broker lets the application ask of Codex, and what it refuses. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { WITHOUT_TOOLS } from "../../../src/integrations/codex/app_server/thread_loading.ts";
import { FolderPolicy } from "../../../src/integrations/codex/broker/folder_policy.ts";
import { mcpRefusal } from "../../../src/integrations/codex/broker/mcp_policy.ts";
import type { CodexRights } from "../../../src/integrations/codex/broker/messages.ts";
import { RequestPolicy } from "../../../src/integrations/codex/broker/request_policy.ts";
import { REVIEW_PERMISSIONS } from "../../../src/integrations/codex/broker/review_permissions.ts";
import {
  NOTIFICATIONS,
  SERVER_REQUESTS,
} from "../../../src/integrations/codex/app_server/protocol.ts";

const RIGHTS: CodexRights = {
  folders: [
    { paths: ["/p/read"], sandbox: "read-only", approvalPolicy: "on-request" },
    { paths: ["/p/write"], sandbox: "workspace-write", approvalPolicy: "on-request" },
    { paths: ["/p/all"], sandbox: "danger-full-access", approvalPolicy: "on-request" },
  ],
  workspaces: "/state/workspaces",
  inbox: "/state/inbox",
};

type Fields = Readonly<Record<string, unknown>>;

/** A policy that knows the thread `t`, which works in /p/write. */
function policy(): RequestPolicy {
  const made = new RequestPolicy(RIGHTS);
  assert.equal(made.request("thread/start", thread("/p/write", "workspace-write"), 0), undefined);
  assert.equal(
    made.answer({ id: 0, result: started("t", "workspaceWrite", "/p/write") }),
    undefined,
  );
  return made;
}

function thread(cwd: string, sandbox: string, more: Fields = {}): Fields {
  return { cwd, sandbox, approvalPolicy: "on-request", ...more };
}

function started(id: string, type: string, cwd: string, approvalPolicy = "on-request"): Fields {
  return { thread: { id }, sandbox: { type }, cwd, approvalPolicy };
}

const exec = (sandboxPolicy: Fields | undefined, cwd?: string): Fields => ({
  command: ["sh", "-c", "true"],
  ...(cwd === undefined ? {} : { cwd }),
  ...(sandboxPolicy === undefined ? {} : { sandboxPolicy }),
});
const writing = (...writableRoots: string[]): Fields => ({
  type: "workspaceWrite",
  writableRoots,
  networkAccess: false,
});
const REVIEW = { cwd: "/p/write", approvalPolicy: "never", config: REVIEW_PERMISSIONS };

const ALLOWED: readonly (readonly [method: string, params: Fields])[] = [
  ["thread/start", thread("/p/read", "read-only")],
  ["thread/start", thread("/p/write", "read-only", { approvalPolicy: "never" })],
  ["thread/start", thread("/p/all", "danger-full-access")],
  ["thread/start", thread("/p/write", "workspace-write", { config: { "features.goals": false } })],
  ["thread/start", REVIEW],
  ["thread/start", { ...REVIEW, config: { ...REVIEW_PERMISSIONS, ...WITHOUT_TOOLS } }],
  ["thread/resume", { threadId: "x", excludeTurns: true }],
  ["turn/start", { threadId: "t", input: [{ type: "text", text: "x" }] }],
  ["turn/start", { threadId: "t", input: [{ type: "localImage", path: "/state/inbox/1/a.png" }] }],
  ["thread/goal/set", { threadId: "unknown", status: "paused" }],
  ["command/exec", exec({ type: "readOnly", networkAccess: false })],
  ["command/exec", exec(writing("/state/workspaces/a"), "/state/workspaces/a")],
  ["command/exec", exec(writing("/state/workspaces/a", "/p/write"))],
  ["command/exec", exec({ type: "dangerFullAccess" }, "/p/all")],
  ["command/exec", { ...exec(undefined, "/p/write"), permissionProfile: ":workspace" }],
  ["command/exec", exec(writing("/state/workspaces/a", "/state/workspaces"))],
  ["config/read", { cwd: "/p/read", includeLayers: false }],
  ["config/read", {}],
  ["fs/createDirectory", { path: "/state/workspaces/a", recursive: true }],
  ["fs/readFile", { path: "/p/read/a" }],
  ["fs/readDirectory", { path: "/p/read" }],
  ["hooks/list", { cwds: ["/p/read", "/p/write"] }],
];

const REFUSED: readonly (readonly [method: string, params: Fields])[] = [
  ["thread/start", thread("/p/read", "workspace-write")],
  ["thread/start", thread("/p/write", "danger-full-access")],
  ["thread/start", thread("/p/all", "danger-full-access", { approvalPolicy: "never" })],
  ["thread/start", thread("/elsewhere", "read-only")],
  ["thread/start", thread("/p/write/../..", "read-only")],
  ["thread/start", { cwd: "/p/write", approvalPolicy: "never" }],
  ["thread/start", thread("/p/write", "other")],
  ["thread/start", thread("/p/write", "read-only", { approvalPolicy: { granular: {} } })],
  ["thread/start", thread("/p/write", "read-only", { config: { sandbox_mode: "x" } })],
  ["thread/start", thread("/p/write", "read-only", { config: { "features.goals": true } })],
  ["thread/start", thread("/p/write", "read-only", { config: { "features.exec_policy": false } })],
  ["thread/start", { ...REVIEW, config: { ...REVIEW_PERMISSIONS, mcp_servers: {} } }],
  ["thread/start", thread("/p/write", "read-only", { config: { web_search: "live" } })],
  ["thread/start", thread("/p/write", "read-only", { permissions: {} })],
  ["turn/start", { threadId: "unknown", input: [] }],
  ["turn/start", { threadId: "t", input: [], sandboxPolicy: { type: "dangerFullAccess" } }],
  ["turn/start", { threadId: "t", input: [], approvalPolicy: "never" }],
  ["turn/start", { threadId: "t", input: [], cwd: "/" }],
  ["turn/start", { threadId: "t", input: [{ type: "localImage", path: "/home/ann/.env" }] }],
  ["turn/start", { threadId: "t", input: [{ type: "image", url: "https://x" }] }],
  ["turn/steer", { threadId: "unknown", input: [] }],
  ["thread/compact/start", { threadId: "unknown" }],
  ["thread/goal/set", { threadId: "unknown", objective: "x", status: "active" }],
  ["thread/settings/update", { threadId: "t", sandboxPolicy: { type: "dangerFullAccess" } }],
  ["review/start", { threadId: "unknown", target: {} }],
  ["review/start", { threadId: "t", target: {}, sandbox: "danger-full-access" }],
  ["thread/fork", { threadId: "t", sandbox: "danger-full-access" }],
  ["command/exec", exec(undefined)],
  ["command/exec", exec({ type: "dangerFullAccess" }, "/p/write")],
  ["command/exec", exec({ type: "dangerFullAccess" })],
  ["command/exec", exec({ type: "readOnly", networkAccess: true })],
  ["command/exec", exec(writing("/"))],
  ["command/exec", exec(writing("/p/read"))],
  ["command/exec", exec(writing("/state"))],
  ["command/exec", exec(writing("/state/workspaces/../.."))],
  ["command/exec", exec({ ...writing("/p/write"), networkAccess: true })],
  ["command/exec", exec(writing("/p/write"), "/elsewhere")],
  // Codex's sandbox follows links, which a command of Codex can make within its folder.
  ["command/exec", exec(writing("/p/write/link"))],
  ["command/exec", exec(writing("/p/write/link/.."))],
  ["command/exec", exec(writing("/state/workspaces/a/link"))],
  ["command/exec", exec(writing("/state/workspaces/."))],
  ["command/exec", exec(writing("/state/workspaces/.."))],
  ["command/exec", { ...exec(undefined, "/p/write/link"), permissionProfile: ":workspace" }],
  ["command/exec", { ...exec(undefined, "/elsewhere"), permissionProfile: ":workspace" }],
  ["command/exec", { ...exec(undefined, "/p/write"), permissionProfile: ":danger" }],
  ["command/exec", { ...exec({ type: "readOnly" }), permissionProfile: ":workspace" }],
  ["config/read", { cwd: "/p/write/below", includeLayers: false }],
  ["config/read", { cwd: "/elsewhere" }],
  ["config/read", { profile: "wild" }],
  ["fs/createDirectory", { path: "/state/x" }],
  ["fs/createDirectory", { path: "/state/workspaces/a/link/x", recursive: true }],
  ["fs/readFile", { path: "/state/.env" }],
  ["fs/getMetadata", { path: "relative" }],
  ["fs/readDirectory", { path: "/state" }],
  ["hooks/list", { cwds: ["/p/read", "/state"] }],
  ["hooks/list", { cwds: [] }],
  ["hooks/list", { threadId: "t" }],
  ["fs/writeFile", { path: "/p/write/a", dataBase64: "" }],
  ["fs/remove", { path: "/p/write/a" }],
  ["config/value/write", {}],
  ["account/login/start", {}],
  ["__proto__", {}],
];

for (const [what, list] of [["lets", ALLOWED], ["refuses", REFUSED]] as const) {
  for (const [method, params] of list) {
    Deno.test(`the broker ${what} ${method} ${JSON.stringify(params)}`, () => {
      const refusal = policy().request(method, params, 1);
      assert.equal(refusal === undefined, what === "lets", refusal ?? "it was let");
    });
  }
}

Deno.test("a conversation that Codex gives more rights than a profile has is refused, and stays so", () => {
  const made = policy();
  assert.equal(
    made.request("thread/resume", { threadId: "wild", excludeTurns: true }, 1),
    undefined,
  );
  const result = started("wild", "dangerFullAccess", "/p/write");
  assert.match(made.answer({ id: 1, result }) ?? "", /more rights/);
  assert.match(made.request("turn/start", { threadId: "wild", input: [] }, 2) ?? "", /not known/);
  assert.equal(
    made.request("thread/resume", { threadId: "far", excludeTurns: true }, 3),
    undefined,
  );
  assert.ok(made.answer({ id: 3, result: started("far", "workspaceWrite", "/elsewhere") }));
  assert.equal(made.watches, false);
});

Deno.test("a conversation whose rights Codex does not tell is not taken for one that may do little", () => {
  const made = policy();
  assert.equal(made.request("thread/resume", { threadId: "x", excludeTurns: true }, 1), undefined);
  // What `thread/read` answers has no sandbox.
  assert.ok(made.request("thread/read", { threadId: "x" }, 1), "the same id");
  assert.ok(made.answer({ id: 1, result: { thread: { id: "x" } } }));
  assert.ok(made.request("turn/start", { threadId: "x", input: [] }, 2));
});

Deno.test("a conversation that was loaded with all rights is not one of a reviewer by being asked for so", () => {
  const made = policy();
  const resumed = { threadId: "wild", ...REVIEW };
  assert.equal(made.request("thread/resume", resumed, 1), undefined);
  const result = started("wild", "dangerFullAccess", "/elsewhere", "never");
  assert.ok(made.answer({ id: 1, result: { ...result, activePermissionProfile: null } }));
  assert.ok(made.request("turn/start", { threadId: "wild", input: [] }, 2));

  assert.equal(made.request("thread/resume", resumed, 3), undefined);
  const reviewing = started("wild", "workspaceWrite", "/p/write", "never");
  const activePermissionProfile = { id: "review", extends: null };
  assert.equal(
    made.answer({ id: 3, result: { ...reviewing, activePermissionProfile } }),
    undefined,
  );
  assert.equal(made.request("turn/start", { threadId: "wild", input: [] }, 4), undefined);
});

Deno.test("a check may use what Codex's own configuration grants, once Codex has told it", () => {
  const made = policy();
  const granted = exec({ ...writing("/p/write", "/cache"), networkAccess: true }, "/p/write");
  assert.ok(made.request("command/exec", granted, 1));
  assert.equal(made.request("config/read", { cwd: "/p/write" }, 2), undefined);
  const config = {
    sandbox_workspace_write: { network_access: true, writable_roots: ["/cache"] },
  };
  assert.equal(made.answer({ id: 2, result: { config } }), undefined);
  assert.equal(made.request("command/exec", granted, 3), undefined);
});

Deno.test("the MCP server is asked for its two tools alone, within a profile", () => {
  const folders = new FolderPolicy(RIGHTS);
  const call = (name: string, given: Fields): string | undefined =>
    mcpRefusal("tools/call", { name, arguments: given }, folders);
  const asked = {
    prompt: "x",
    cwd: "/p/write",
    sandbox: "workspace-write",
    "approval-policy": "never",
  };
  assert.equal(call("codex", asked), undefined);
  const config = { "features.multi_agent": false, model_reasoning_effort: "low" };
  assert.equal(call("codex", { ...asked, config }), undefined);
  assert.ok(call("codex", { ...asked, config: { "features.multi_agent": true } }));
  assert.equal(call("codex-reply", { prompt: "x", threadId: "t" }), undefined);
  assert.ok(call("codex", { ...asked, sandbox: "danger-full-access" }));
  assert.ok(call("codex", { ...asked, cwd: "/" }));
  assert.ok(call("codex", { ...asked, config: { sandbox_mode: "x" } }));
  assert.ok(call("codex", { ...asked, profile: "wild" }));
  assert.ok(call("other", {}));
  assert.ok(mcpRefusal("resources/read", {}, folders));
});

Deno.test("the broker's list of methods is what the program asks of the app-server of this machine", async () => {
  const folder = new URL("../../../src/integrations/codex/app_server/", import.meta.url);
  const asked = new Set<string>();
  for await (const { name } of Deno.readDir(fileURLToPath(folder))) {
    if (NOT_ASKED_HERE.includes(name)) continue;
    const text = await Deno.readTextFile(new URL(name, folder));
    for (const [, method = ""] of text.matchAll(/"((?:[a-z][A-Za-z]*\/)+[A-Za-z]+|initialize)"/g)) {
      asked.add(method);
    }
  }
  const told = new Set([...Object.keys(NOTIFICATIONS), ...Object.keys(SERVER_REQUESTS)]);
  const known = new Set(Object.keys(policy().methods));
  const requests = [...asked].filter((method) => !told.has(method) && method !== KIND_OF_FORM);
  assert.deepEqual(requests.filter((method) => !known.has(method)), [], "not passed");
  assert.deepEqual([...known].filter((method) => !asked.has(method)), [], "never asked");
});

/** What brings files to other machines, which are not asked through the broker; and what answers hold. */
const NOT_ASKED_HERE = ["files.ts", "answers.ts"];
const KIND_OF_FORM = "openai/form";
