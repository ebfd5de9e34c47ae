/** What is handed to systemd and launchd, byte by byte where they read it in their own way. */
import assert from "node:assert/strict";
import manifest from "../../../deno.json" with { type: "json" };
import { CommandError } from "../../../src/cli/process.ts";
import { launchdPlist, systemdUnit } from "../../../src/cli/service/descriptions.ts";
import type { ServicePlan } from "../../../src/cli/service/service_plan.ts";
import { DENO_FLAGS } from "../../../src/cli/system_process.ts";

function plan(changes: Partial<ServicePlan> = {}): ServicePlan {
  return {
    command: ["/opt/codex-orchestrator", "run"],
    home: "/home/ann",
    userId: 501,
    stateFolder: "/home/ann/.codex-orchestrator",
    variables: { PATH: "/usr/bin:/bin" },
    stopSeconds: 40,
    ...changes,
  };
}

/** Every line that sets the directive, without its name. */
function directives(unit: string, name: string): string[] {
  return unit.split("\n").filter((line) => line.startsWith(`${name}=`))
    .map((line) => line.slice(name.length + 1));
}

Deno.test("a unit starts the program, gives it time to end, and restarts it after a crash", () => {
  const unit = systemdUnit(plan());
  for (
    const [name, value] of [
      ["ExecStart", '"/opt/codex-orchestrator" "run"'],
      ["Environment", '"PATH=/usr/bin:/bin"'],
      ["EnvironmentFile", "-/home/ann/.codex-orchestrator/.env"],
      ["WorkingDirectory", "-/home/ann/.codex-orchestrator"],
      ["TimeoutStopSec", "40"],
      ["KillMode", "mixed"],
      ["Restart", "on-failure"],
      ["RestartPreventExitStatus", "64 78"],
      ["UMask", "0077"],
      ["WantedBy", "default.target"],
    ] as const
  ) {
    assert.deepEqual(directives(unit, name), [value], name);
  }
});

Deno.test("a unit forbids Codex nothing that its own sandbox needs", () => {
  const unit = systemdUnit(plan());
  for (const name of ["RestrictNamespaces", "PrivateUsers", "ProtectSystem", "ProtectProc"]) {
    assert.deepEqual(directives(unit, name), [], name);
  }
  assert.match(directives(unit, "RestrictAddressFamilies").join(), /AF_NETLINK/);
});

Deno.test("systemd reads unusual paths correctly", () => {
  const odd = `/srv/a b/100%/$HOME/"q"/b\\c/한글`;
  const unit = systemdUnit(plan({
    command: ["/opt/a $b/100%/co", "run", "--conf", odd],
    stateFolder: "/srv/a b/100%/$x",
    variables: { PATH: `/srv/100%/$HOME:/a "b"` },
  }));
  assert.deepEqual(directives(unit, "ExecStart"), [
    '"/opt/a $b/100%%/co" "run" "--conf" "/srv/a b/100%%/$$HOME/\\"q\\"/b\\\\c/한글"',
  ]);
  assert.deepEqual(directives(unit, "WorkingDirectory"), ["-/srv/a b/100%%/$x"]);
  assert.deepEqual(directives(unit, "Environment"), ['"PATH=/srv/100%%/$HOME:/a \\"b\\""']);
});

Deno.test("a path that cannot be written is refused", () => {
  const wrong: Partial<ServicePlan>[] = [
    { command: ["/opt/a\nExecStartPre=/bin/false", "run"] },
    { command: [`/opt/"quoted"`, "run"] },
    { variables: { PATH: "/bin\n[Install]" } },
    { stateFolder: "/srv/x\\" },
    // A pattern for the file with the token.
    { stateFolder: "/srv/*" },
    { stateFolder: "/srv/ann?" },
    { stateFolder: "/srv/[a]nn" },
    { stateFolder: "/srv/a\\nn" },
  ];
  for (const changes of wrong) {
    assert.throws(() => systemdUnit(plan(changes)), CommandError, JSON.stringify(changes));
  }
  assert.throws(() => launchdPlist(plan({ command: ["/opt/a\x07"] })), CommandError);
});

Deno.test("a property list is well-formed and reads back unchanged", () => {
  const command = ["/opt/<a> & b/co", "run", "--conf", `/x/"y'/한글]]>.toml`];
  const read = propertyList(launchdPlist(plan({ command })));
  assert.deepEqual(read, {
    Label: "codex-orchestrator",
    ProgramArguments: command,
    WorkingDirectory: "/home/ann/.codex-orchestrator",
    EnvironmentVariables: { PATH: "/usr/bin:/bin" },
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 30,
    ExitTimeOut: 40,
    ProcessType: "Standard",
    Umask: 0o077,
    StandardOutPath: "/home/ann/Library/Logs/codex-orchestrator.log",
    StandardErrorPath: "/home/ann/Library/Logs/codex-orchestrator.log",
  });
});

Deno.test("the source is started as `deno task start` starts it", () => {
  assert.equal(manifest.tasks.start.command, `deno run ${DENO_FLAGS.join(" ")} main.ts`);
});

/** Reads a property list strictly: whatever is not a tag of its grammar fails. */
function propertyList(xml: string): unknown {
  const head = /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*<!DOCTYPE plist [^>]*>\s*/.exec(xml);
  assert.ok(head, "no head of a property list");
  const tokens = xml.slice(head[0].length).match(/<[^<>]*>|[^<>]+/g) ?? [];
  assert.equal(tokens.join(""), xml.slice(head[0].length), "a stray < or >");
  let at = 0;
  const skipBlanks = (): void => {
    while (tokens[at]?.trim() === "") at++;
  };
  const next = (): string => (skipBlanks(), tokens[at++] ?? "");
  const text = (closing: string): string => {
    const content = tokens[at] === closing ? "" : tokens[at++] ?? "";
    assert.equal(tokens[at++], closing);
    assert.doesNotMatch(content, /&(?!(?:amp|lt|gt);)/, "an entity");
    return content.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  };
  const value = (): unknown => {
    const tag = next();
    if (tag === "<string>") return text("</string>");
    if (tag === "<integer>") return Number(text("</integer>"));
    if (tag === "<true/>" || tag === "<false/>") return tag === "<true/>";
    if (tag === "<array>") {
      const items: unknown[] = [];
      for (skipBlanks(); tokens[at] !== "</array>"; skipBlanks()) items.push(value());
      at++;
      return items;
    }
    assert.equal(tag, "<dict>");
    const fields: Record<string, unknown> = {};
    for (let key = next(); key !== "</dict>"; key = next()) {
      assert.equal(key, "<key>");
      fields[text("</key>")] = value();
    }
    return fields;
  };
  assert.equal(next(), '<plist version="1.0">');
  const read = value();
  assert.equal(next(), "</plist>");
  return read;
}
