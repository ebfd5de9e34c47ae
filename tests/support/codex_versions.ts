/**
 * Lists the releases of Codex that this program is held against, and what differs with each.
 *
 * A new release is one line at the end of `RELEASES`: the tests then drive it as the newest one, and
 * `deno task test:codex` plays its journey with it.
 */
export type CodexVersion = `${number}.${number}.${number}`;

/** As `codex.backend` has it. */
export type Protocol = "app-server" | "mcp";

/** What the journey tries, a column of the table each. */
export const ABILITIES = {
  plan: "planned, built, reviewed twice and approved",
  approval: "a command is asked about, and a button allows it",
  patch: "a change of a file is made and counted",
  diff: "`/diff` shows the change",
  status: "`/status` names Codex while a request runs",
  steer: "`/steer` reaches the running turn",
  picture: "a photo is shown to the model",
  cancel: "`/cancel` stops a request, and the next one is answered",
  restart: "after a restart of the program the same thread goes on",
  model: "`/model` lists models, and a press changes the next request",
  limits: "`/usage` tells the limits of the account",
  agents: "a sub-agent asks by name, a button answers it, and its work is waited for",
  commands: "`/ps` lists what Codex left running, `/stop` ends it",
  goal: "a goal that the model sets is asked about, and worked on when it may",
  tool: "a tool of a person's own MCP server is asked about, and a button allows it",
  quiet: "nothing that Codex said was unknown or unreadable",
  end: "the program ends with 0 and leaves no process behind",
} as const;
export type Ability = keyof typeof ABILITIES;

/** The outcome of what is as it should be. */
export const WORKS = "yes";

/** What may come instead, and how the chat puts it. */
export const DIFFERENCES = {
  queued: "the words are queued as the next request, which the chat says",
  "by path": "Codex is told where the file is; the model sees no picture",
  retold: "the conversation goes on in a new thread, which is told its recent history",
  "by name": "`/model NAME` takes any name; there is no list",
  none: "there are none, which the chat says with the way out",
  stopped: "the request is stopped, and the chat says why and what to do",
  off: "the model is given no tool for it: the MCP server passes on nothing of their work",
} as const;
export type Outcome = typeof WORKS | keyof typeof DIFFERENCES;

export interface Release {
  readonly version: CodexVersion;
  readonly protocol: Protocol;
  /** What does not work there as it should; the journey fails when it does. */
  readonly differs: Readonly<Partial<Record<Ability, keyof typeof DIFFERENCES>>>;
}

/** What the MCP server cannot do, in any release. */
const OVER_MCP: Release["differs"] = {
  steer: "queued",
  picture: "by path",
  restart: "retold",
  model: "by name",
  limits: "none",
  agents: "off",
  commands: "none",
  goal: "none",
  tool: "stopped",
};

export const RELEASES: readonly Release[] = [
  { version: "0.140.0", protocol: "app-server", differs: {} },
  { version: "0.150.1", protocol: "app-server", differs: {} },
  { version: "0.153.4", protocol: "mcp", differs: OVER_MCP },
  { version: "0.153.4", protocol: "app-server", differs: {} },
  { version: "0.154.0", protocol: "app-server", differs: {} },
  { version: "0.163.0", protocol: "app-server", differs: {} },
  { version: "0.169.0", protocol: "app-server", differs: {} },
  { version: "0.171.0", protocol: "app-server", differs: {} },
];

/** The newest release that everything here was tested with. */
export const NEWEST: CodexVersion = newestWith("app-server");

/** The last one that brought `codex mcp-server`. */
export const LAST_WITH_MCP_SERVER: CodexVersion = newestWith("mcp");

/** Those that every run of the tests drives. */
export const CODEX_VERSIONS: readonly CodexVersion[] = [LAST_WITH_MCP_SERVER, NEWEST];

function newestWith(wanted: Protocol): CodexVersion {
  const release = RELEASES.findLast(({ protocol }) => protocol === wanted);
  if (release === undefined) throw new Error(`RELEASES has none with ${wanted}`);
  return release.version;
}

/** Whether `text` is a version as releases have it, e.g. `0.171.0`. */
export function isVersion(text: string): text is CodexVersion {
  return /^\d+\.\d+\.\d+$/.test(text);
}
