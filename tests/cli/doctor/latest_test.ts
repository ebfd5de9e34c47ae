/** `doctor --latest` against a page of releases on loopback: nothing else asks for a newer version. */
import assert from "node:assert/strict";
import { commandRights } from "../../../src/cli/command_rights.ts";
import { compareVersions } from "../../../src/cli/doctor/checks/latest.ts";
import { commandLine, type CommandLineOptions, processOf } from "../../support/command_line.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";
import { type Examined, examined } from "./doctor_stage.ts";

interface Asked {
  readonly finding: ReturnType<Examined["check"]>;
  readonly code: number;
  /** What reached the page of the releases. */
  readonly requests: readonly string[];
}

/** @param answer of the page of the releases; undefined when nobody listens there */
async function asked(
  args: readonly string[],
  answer: (() => Response) | undefined,
  options: Partial<CommandLineOptions> = {},
): Promise<Asked> {
  await using home = await temporaryFolder();
  const requests: string[] = [];
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      requests.push(`${request.method} ${new URL(request.url).pathname}`);
      return answer?.() ?? new Response(null, { status: 500 });
    },
  );
  const port = answer === undefined ? 3 : server.addr.port;
  const { code, output } = await commandLine(["doctor", "--json", ...args], {
    home: home.path,
    releases: `http://127.0.0.1:${port}/o/n/releases`,
    ...options,
  });
  return {
    ...examined(code, output),
    finding: examined(code, output).check("system.latest"),
    requests,
  };
}

/** As GitHub answers for the latest release. */
const leadsTo = (path: string) => (): Response =>
  new Response(null, {
    status: 302,
    headers: { location: `https://example.org/o/n/releases${path}` },
  });

Deno.test("doctor --latest tells of a newer version, how to get it, and fetches nothing else", async () => {
  const { finding, requests } = await asked(["--latest"], leadsTo("/tag/v0.2.0"));
  assert.deepEqual([finding.status, finding.summary], ["warn", "0.2.0 is there, this is 0.0.0"]);
  assert.match(finding.detail.join(), /\/o\/n\/releases\/tag\/v0\.2\.0$/);
  assert.match(finding.remedy ?? "", /install\.sh/);
  assert.deepEqual(requests, ["HEAD /o/n/releases/latest"]);
  const npm = await asked(["--latest"], leadsTo("/tag/v0.2.0"), {
    program: {
      command: ["/usr/lib/node_modules/@ann/x/bin/codex-orchestrator"],
      npmPackage: "@ann/codex-orchestrator",
    },
  });
  assert.match(npm.finding.remedy ?? "", /`npm install -g @ann\/codex-orchestrator@latest`/);
});

Deno.test("doctor --latest says when nothing is newer, released or reached", async () => {
  const same = await asked(["--latest"], leadsTo("/tag/v0.0.0"));
  assert.deepEqual([same.finding.status, same.finding.summary], ["ok", "0.0.0 is the latest"]);
  const none = await asked(["--latest"], leadsTo(""));
  assert.deepEqual([none.finding.status, none.finding.summary], ["ok", "there is no release yet"]);
  const broken = await asked(["--latest"], () => new Response(null, { status: 503 }));
  assert.match(broken.finding.summary, /could not be asked .*it answered with 503/);
  const away = await asked(["--latest"], undefined);
  assert.deepEqual([away.finding.status, away.code], ["fail", 1]);
  assert.match(away.finding.summary, /latest version: client error \(Connect\): .*refused/);
  assert.match(away.finding.remedy ?? "", /Check the network/);
});

Deno.test("doctor asks nobody for a newer version unless it is told to", async () => {
  for (
    const [args, options, said] of [
      [[], {}, /--latest` asks for it/],
      [["--latest", "--offline"], {}, /--offline/],
      [["--latest"], { releases: undefined }, /nothing is published yet/],
    ] as const
  ) {
    const { finding, requests } = await asked(args, leadsTo("/tag/v9.0.0"), options);
    assert.equal(finding.status, "skip");
    assert.match(finding.summary, said);
    assert.deepEqual(requests, []);
  }
});

Deno.test("compareVersions orders versions as semver does", () => {
  const ordered = [
    "0.9.9",
    "1.0.0-1",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-rc.2",
    "1.0.0-rc.10",
    "1.0.0",
    "1.0.1",
    "1.10.0",
    "2.0.0",
  ];
  for (const [index, version] of ordered.entries()) {
    assert.equal(compareVersions(version, version), 0);
    for (const later of ordered.slice(index + 1)) {
      assert.ok(compareVersions(version, later) < 0, `${version} < ${later}`);
      assert.ok(compareVersions(later, version) > 0, `${later} > ${version}`);
    }
  }
});

Deno.test("only doctor --latest may reach the page of the releases", async () => {
  await using home = await temporaryFolder();
  const releases = "https://github.com/o/n/releases";
  const reached = async (words: readonly string[]): Promise<boolean> => {
    const { process } = processOf(words, { home: home.path, releases });
    const { net } = await commandRights(process);
    return Array.isArray(net) && net.includes("github.com:443");
  };
  assert.equal(await reached(["doctor", "--latest"]), true);
  for (const words of [["doctor"], ["init"], ["permissions"], ["trace", "list"], []]) {
    assert.equal(await reached(words), false, words.join(" "));
  }
});
