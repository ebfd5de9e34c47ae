/** release/install.sh in the shells there are here: releases on loopback, an empty home. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { tarGz } from "../../release/archive.ts";
import { archiveName, targetNamed } from "../../release/targets.ts";
import { isInstalled } from "../support/installed.ts";
import { namesIn, temporaryFolder } from "../support/temporary_folder.ts";
import { writeProgram } from "../support/write_program.ts";
import { type Outcome, ROOT } from "./building.ts";

const SCRIPT = join(ROOT, "release", "install.sh");
const HERE = targetNamed(Deno.build.target);
const PROGRAM = ".local/bin/codex-orchestrator";
const BESIDE = [
  ".local/share/man/man1/codex-orchestrator.1",
  ".local/share/bash-completion/completions/codex-orchestrator",
  ".local/share/fish/vendor_completions.d/codex-orchestrator.fish",
  ".local/share/zsh/site-functions/_codex-orchestrator",
];

const SHELLS = [["dash"], ["busybox", "sh"], ["bash", "--posix"], ["zsh", "--emulate", "sh"]]
  .filter(([program = ""]) => isInstalled(program));

/** Serves releases as GitHub does, from loopback. */
class Releases implements AsyncDisposable {
  readonly files = new Map<string, Uint8Array | "held">();
  /** The path of a file that is asked for and held back. */
  readonly asked = Promise.withResolvers<string>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #over = new AbortController();

  constructor() {
    const { signal } = this.#over;
    const place = { hostname: "127.0.0.1", port: 0, signal, onListen: () => {} };
    this.#server = Deno.serve(place, (request) => {
      const { pathname } = new URL(request.url);
      const content = this.files.get(pathname);
      if (content === undefined) return new Response("Not Found", { status: 404 });
      if (content !== "held") return new Response(content.slice());
      // The beginning, and then nothing more.
      return new Response(
        new ReadableStream({
          start: (stream) => {
            stream.enqueue(new Uint8Array(1_000));
            this.asked.resolve(pathname);
          },
        }),
      );
    });
  }

  get address(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Puts a version there. @param says what its executable prints for --version */
  async publish(version: string, says = `codex-orchestrator ${version}`): Promise<string> {
    assert.ok(HERE !== undefined);
    const name = archiveName(version, HERE);
    const folder = name.replace(/\.tar\.gz$/, "");
    const file = (
      path: string,
      text: string,
      executable = false,
    ): Parameters<typeof tarGz>[0][0] => ({
      name: `${folder}/${path}`,
      content: new TextEncoder().encode(text),
      executable,
    });
    const archive = tarGz([
      file("codex-orchestrator", `#!/bin/sh\necho "${says}"\n`, true),
      file("man/codex-orchestrator.1", ".TH\n"),
      ...["bash", "fish", "zsh"].map((shell) =>
        file(`completions/codex-orchestrator.${shell}`, "#\n")
      ),
    ]);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", archive.slice())).toHex();
    const other = `${"0".repeat(64)}  codex-orchestrator-${version}-sparc-sun-solaris.tar.gz`;
    const sums = new TextEncoder().encode(`${other}\n${digest}  ${name}\n`);
    for (const page of [`/download/v${version}`, "/latest/download"]) {
      this.files.set(`${page}/SHA256SUMS`, sums);
    }
    this.files.set(`/download/v${version}/${name}`, archive);
    return `/download/v${version}/${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Also what is held back.
    this.#over.abort();
    await this.#server.finished;
  }
}

interface Start {
  readonly home: string;
  readonly releases?: string;
  /** Before the folders of the system. */
  readonly path?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

function started(
  [shell = "sh", ...words]: readonly string[],
  args: readonly string[],
  { home, releases = "", path = [], variables = {} }: Start,
): Deno.Command {
  return new Deno.Command(shell, {
    args: [...words, SCRIPT, ...args],
    cwd: home,
    clearEnv: true,
    env: {
      HOME: home,
      PATH: [...path, Deno.env.get("PATH") ?? ""].join(":"),
      CODEX_ORCHESTRATOR_RELEASES: releases,
      TMPDIR: join(home, "tmp"),
      ...variables,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

async function install(
  shell: readonly string[],
  args: readonly string[],
  start: Start,
): Promise<Outcome> {
  const { code, stdout, stderr } = await started(shell, args, start).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** An empty home, whose path has a blank in it. */
async function emptyHome(folder: string): Promise<string> {
  const home = join(folder, "home of ann");
  await Deno.mkdir(join(home, "tmp"), { recursive: true });
  return home;
}

const ignore = Deno.build.os === "windows" || HERE === undefined;

for (const shell of SHELLS) {
  Deno.test({
    name: `install.sh in ${shell[0]}: installs, replaces, keeps what works, and removes`,
    ignore,
    fn: async () => {
      await using folder = await temporaryFolder();
      await using server = new Releases();
      const home = await emptyHome(folder.path);
      const here = { home, releases: server.address };
      await server.publish("1.1.0");
      await server.publish("1.2.0");

      const first = await install(shell, [], here);
      assert.equal(first.code, 0, first.stderr);
      assert.match(
        first.stdout,
        /^Fetching codex-orchestrator 1\.2\.0 for \S+\nInstalled codex-orchestrator 1\.2\.0: /,
      );
      assert.match(
        first.stdout,
        /is not in your PATH\. .*\n.*>> ~\/\.profile\nNext: codex-orchestrator init\n$/,
      );
      for (const path of [PROGRAM, ...BESIDE]) await Deno.stat(join(home, path));
      assert.deepEqual(namesIn(join(home, "tmp")), [], "nothing is left behind");

      const path = [join(home, ".local/bin")];
      const second = await install(shell, ["--version", "v1.1.0"], { ...here, path });
      assert.match(
        second.stdout,
        /Installed codex-orchestrator 1\.1\.0 in place of 1\.2\.0: .*\n.*restart/,
      );
      assert.ok(!second.stdout.includes("PATH"), second.stdout);

      const kept = async (args: readonly string[], said: RegExp): Promise<void> => {
        const { code, stderr } = await install(shell, args, here);
        assert.equal(code, 1, stderr);
        assert.match(stderr, said);
        const { stdout } = await new Deno.Command(join(home, PROGRAM), { args: ["--version"] })
          .output();
        assert.equal(new TextDecoder().decode(stdout), "codex-orchestrator 1.1.0\n");
        assert.deepEqual(namesIn(join(home, ".local/bin")), ["codex-orchestrator"]);
        assert.deepEqual(namesIn(join(home, "tmp")), []);
      };
      const damaged = await server.publish("1.3.0");
      server.files.set(damaged, new Uint8Array(2_000));
      await kept([], /the checksum of \S+1\.3\.0\S+ is wrong: .*try it again/);
      await server.publish("1.4.0", "codex-orchestrator 1.3.9");
      await kept(
        [],
        /the executable says "codex-orchestrator 1\.3\.9" instead of .*Nothing was installed/,
      );
      await kept(
        ["--version", "9.9.9"],
        /version 9\.9\.9 was not found: .*All versions|all versions: http/,
      );
      await kept(["--from", "http://example.org/x"], /not fetched, because it is not https/);

      await Deno.mkdir(join(home, ".codex-orchestrator"));
      const service = join(home, ".config/systemd/user");
      await Deno.mkdir(service, { recursive: true });
      await Deno.writeTextFile(join(service, "codex-orchestrator.service"), "");
      await kept(["--uninstall"], /installed as a service: .*service uninstall` first/);
      await Deno.remove(join(service, "codex-orchestrator.service"));
      const gone = await install(shell, ["--uninstall"], { home });
      assert.deepEqual([gone.code, gone.stderr], [0, ""]);
      assert.match(gone.stdout, /^Removed .*\nSettings, .* are still in .*\.codex-orchestrator\n$/);
      for (const path of [PROGRAM, ...BESIDE]) {
        await assert.rejects(Deno.lstat(join(home, path)), Deno.errors.NotFound);
      }
      assert.match((await install(shell, ["--uninstall"], { home })).stdout, /is not installed in/);
    },
  });

  Deno.test({
    name: `install.sh in ${shell[0]}: says what to do where there is no executable`,
    ignore: ignore || Deno.build.os !== "linux",
    fn: async () => {
      await using folder = await temporaryFolder();
      const home = await emptyHome(folder.path);
      const bin = join(folder.path, "bin");
      await Deno.mkdir(bin);
      const says = async (
        programs: Readonly<Record<string, string>>,
        said: RegExp,
      ): Promise<void> => {
        for (const [name, text] of Object.entries(programs)) {
          await writeProgram(join(bin, name), `#!/bin/sh\n${text}\n`);
        }
        const { code, stdout, stderr } = await install(shell, [], {
          home,
          // Nothing is fetched before.
          releases: "https://127.0.0.1:9",
          path: [bin],
        });
        assert.deepEqual([code, stdout], [1, ""], stderr);
        assert.match(stderr, said);
        assert.deepEqual(namesIn(home), ["tmp"]);
        for (const name of Object.keys(programs)) await Deno.remove(join(bin, name));
      };
      const musl = { getconf: "exit 1", ldd: 'echo "musl libc (x86_64)" >&2; exit 1' };
      await says(musl, /has musl, .* need glibc 2\.27 or newer\. Use a system with glibc/);
      await says({ getconf: "echo glibc 2.17" }, /has glibc 2\.17, .* Use a newer system/);
      await says(
        { uname: '[ "$1" = -m ] && echo riscv64 || echo Linux' },
        /kind riscv64\. Run it from its source/,
      );
      await says(
        { uname: '[ "$1" = -m ] && echo x86_64 || echo MINGW64_NT' },
        /not for Windows\. Take the \.zip/,
      );
      await says({ uname: '[ "$1" = -m ] && echo x86_64 || echo FreeBSD' }, /for FreeBSD\./);
    },
  });
}

Deno.test({
  name: "install.sh fetches with wget, checks with openssl, and takes its settings from variables",
  ignore: ignore || !isInstalled("wget") || !isInstalled("openssl"),
  fn: async () => {
    await using folder = await temporaryFolder();
    await using server = new Releases();
    await server.publish("2.0.0-rc.1");
    await server.publish("2.0.0");
    const home = await emptyHome(folder.path);
    const bin = join(folder.path, "bin");
    await Deno.mkdir(bin);
    const tools =
      "sh uname getconf sort head printf mktemp mkdir awk tar gzip wget grep openssl dirname cp chmod mv rm cat";
    for (const tool of tools.split(" ")) {
      const found = new Deno.Command("sh", { args: ["-c", `command -v ${tool}`] }).outputSync();
      const path = new TextDecoder().decode(found.stdout).trim();
      if (path.startsWith("/")) await Deno.symlink(path, join(bin, tool));
    }
    const chosen = join(home, "a folder");
    const { code, stdout, stderr } = await install([join(bin, "sh")], [], {
      home,
      releases: `${server.address}/`,
      variables: {
        PATH: bin,
        CODEX_ORCHESTRATOR_VERSION: "2.0.0-rc.1",
        CODEX_ORCHESTRATOR_DIR: chosen,
      },
    });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Installed codex-orchestrator 2\.0\.0-rc\.1: /);
    assert.deepEqual(namesIn(chosen), ["codex-orchestrator"]);
  },
});

Deno.test({
  name: "install.sh leaves nothing where it is stopped, arrives incomplete, or would break a link",
  ignore,
  fn: async () => {
    await using folder = await temporaryFolder();
    await using server = new Releases();
    const home = await emptyHome(folder.path);
    const held = await server.publish("1.0.0");
    server.files.set(held, "held");
    const child = started(["sh"], [], { home, releases: server.address }).spawn();
    const ended = child.output();
    const first = await Promise.race([server.asked.promise, ended]);
    assert.equal(first, held, "it was fetching");
    // As Ctrl-C does, which reaches the shell and what it has started.
    new Deno.Command("pkill", { args: ["-TERM", "-P", String(child.pid)] }).outputSync();
    child.kill("SIGTERM");
    assert.equal((await ended).success, false);
    assert.deepEqual([namesIn(home), namesIn(join(home, "tmp"))], [["tmp"], []]);

    const text = await Deno.readTextFile(SCRIPT);
    const half = text.slice(0, text.lastIndexOf("main"));
    const piped = new Deno.Command("sh", {
      args: ["-c", half],
      env: { HOME: home, CODEX_ORCHESTRATOR_RELEASES: server.address },
    });
    assert.equal((await piped.output()).code, 0);
    assert.deepEqual(namesIn(home), ["tmp"]);

    await Deno.mkdir(join(home, ".local/bin"), { recursive: true });
    await Deno.symlink("../lib/node_modules/x", join(home, PROGRAM));
    const linked = await install(["sh"], [], { home, releases: server.address });
    assert.match(linked.stderr, /is a link, of npm or another tool\. Uninstall it there first/);
    const misused = await install(["sh"], ["--dri"], { home });
    assert.deepEqual([misused.code, misused.stderr], [
      64,
      "install.sh: it does not know --dri (see --help)\n",
    ]);
    const lost = await install(["sh"], [], { home: join(home, "tmp") });
    assert.match(
      lost.stderr,
      /does not know where the releases are\. Take the install\.sh of a release/,
    );
  },
});
