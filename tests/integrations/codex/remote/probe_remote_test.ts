import assert from "node:assert/strict";
import { join } from "node:path";
import type { Clock } from "../../../../src/core/clock.ts";
import type { MachineSettings } from "../../../../src/core/codex/codex_settings.ts";
import { CodexError, type CodexErrorKind } from "../../../../src/core/errors.ts";
import {
  probeRemote,
  type RemoteReport,
} from "../../../../src/integrations/codex/remote/remote_backend.ts";
import { createSystemClock } from "../../../../src/integrations/system_clock.ts";
import { RecordingLog } from "../../../fakes/recording_log.ts";
import { HOMES, writeCodexHome } from "../../../support/codex_programs.ts";
import { NEWEST } from "../../../support/codex_versions.ts";
import { lastingPort } from "../../../support/lasting_port.ts";
import { RemoteCodex } from "../../../support/remote_codex.ts";
import { removeFolder, temporaryFolder } from "../../../support/temporary_folder.ts";
import { machineAt } from "./remote_stage.ts";

const TOKEN = "correct-horse-battery";
/** How long a greeting may take, in milliseconds. */
const GREETING_MS = 30_000;
const SERVED = { port: 0, hostname: "127.0.0.1", onListen: (): void => {} };

function probe(
  machine: MachineSettings,
  clock: Clock = createSystemClock(),
): Promise<RemoteReport> {
  return probeRemote(machine, {
    clock,
    log: new RecordingLog(),
    clientVersion: "0.0.0",
    signal: new AbortController().signal,
  });
}

async function refusal(
  machine: MachineSettings,
  kind: CodexErrorKind & NonNullable<CodexError["trouble"]>["kind"],
  message: RegExp,
  remedy: RegExp,
): Promise<void> {
  const error = await probe(machine).then(() => undefined, (reason) => reason);
  assert.ok(error instanceof CodexError, `${error}`);
  assert.equal(error.kind, kind, error.message);
  assert.match(error.message, message);
  assert.match(error.remedy ?? "", remedy);
  assert.deepEqual(error.trouble, { kind, machine: machine.name });
  assert.doesNotMatch(JSON.stringify([error.message, error.remedy]), /correct-horse|wrong-token/);
}

Deno.test("probeRemote tells the version, and why a token is refused", async () => {
  const home = join(HOMES, crypto.randomUUID());
  await writeCodexHome(home, "http://127.0.0.1:1/v1");
  const environment = { HOME: home, CODEX_HOME: home, PATH: Deno.env.get("PATH") ?? "" };
  {
    await using codex = await RemoteCodex.start({ transport: "ws", environment, token: TOKEN });
    const report = await probe(codex.machine(TOKEN));
    assert.equal(report.version, NEWEST);
    assert.ok(report.elapsedMs >= 0);
    await refusal(codex.machine(), "refused", /wants a token \(HTTP status 401\)/, /token_env/);
    const wrong = codex.machine("wrong-token-of-someone");
    await refusal(wrong, "refused", /refuses the token \(HTTP status 401\)/, /Compare the token/);
    const { port } = new URL(codex.url);
    const encrypted = machineAt(Number(port), "wss");
    await refusal(encrypted, "tls", /does not speak TLS/, /write ws:\/\/ or put a TLS proxy/);
  }
  await removeFolder(home);
});

Deno.test("probeRemote says where nobody listens", async () => {
  await refusal(
    machineAt(lastingPort()),
    "unreachable",
    /tcp connect error/,
    /its address and port/,
  );
  const name = "unix:///nowhere/codex.sock";
  const endpoint = { type: "unix", path: "/nowhere/codex.sock" } as const;
  await refusal({ name, endpoint }, "unreachable", /No such file/, /forwarding of the socket/);
});

Deno.test("probeRemote knows what is no app-server", async () => {
  await using page = Deno.serve(SERVED, () => new Response("hello"));
  const status = /no Codex app-server: HTTP status 200/;
  await refusal(machineAt(page.addr.port), "wrong-protocol", status, /--listen/);
  await using echo = Deno.serve(SERVED, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.addEventListener("message", ({ data }) => socket.send(data));
    return response;
  });
  await refusal(machineAt(echo.addr.port), "wrong-protocol", /no Codex app-server/, /--listen/);
  await using hangsUp = Deno.serve(SERVED, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.addEventListener("open", () => socket.close());
    return response;
  });
  const closed = /closed the connection instead of a greeting/;
  await refusal(machineAt(hangsUp.addr.port), "wrong-protocol", closed, /--listen/);
});

Deno.test("probeRemote tells a proxy with nobody behind it, and a silence, from another program", async () => {
  for (const status of [502, 503, 504, 522, 530]) {
    await using proxy = Deno.serve(SERVED, () => new Response("Bad Gateway", { status }));
    await silence(machineAt(proxy.addr.port), new RegExp(`: HTTP status ${status}$`));
  }
  await using page = Deno.serve(SERVED, () => new Response("hello", { status: 500 }));
  const status = /no Codex app-server: HTTP status 500/;
  await refusal(machineAt(page.addr.port), "wrong-protocol", status, /--listen/);

  await using mute = Deno.serve(SERVED, (request) => Deno.upgradeWebSocket(request).response);
  const real = createSystemClock();
  const clock: Clock = {
    ...real,
    sleep: (ms, signal) => real.sleep(ms === GREETING_MS ? 0 : ms, signal),
  };
  await silence(machineAt(mute.addr.port), /: Codex did not answer initialize within 30 s$/, clock);
});

async function silence(machine: MachineSettings, reason: RegExp, clock?: Clock): Promise<void> {
  const error = await probe(machine, clock).then(() => undefined, (thrown) => thrown);
  assert.ok(error instanceof CodexError, `${error}`);
  assert.equal(error.kind, "unreachable", error.message);
  assert.match(error.message, /^Nothing answers behind ws:/);
  assert.match(error.message, reason);
  assert.deepEqual(error.trouble, { kind: "silent", machine: machine.name });
}

Deno.test("probeRemote refuses a Codex that is too old", async () => {
  await using old = Deno.serve(SERVED, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.addEventListener("message", ({ data }) => {
      const { id } = JSON.parse(data);
      socket.send(JSON.stringify({ id, result: { userAgent: "codex/0.99.0 (here)" } }));
    });
    return response;
  });
  const message = /Cannot use Codex 0\.99\.0: it is too old, 0\.140\.0 is needed/;
  await refusal(machineAt(old.addr.port), "too-old", message, /Update Codex there/);
});

Deno.test("probeRemote trusts no certificate that nobody vouches for", async () => {
  await using folder = await temporaryFolder();
  const [cert, key] = await certificate(folder.path);
  await using server = Deno.serve({ ...SERVED, cert, key }, () => new Response("hello"));
  const machine = machineAt(server.addr.port, "wss");
  await refusal(machine, "tls", /certificate is not trusted/, /DENO_CERT/);
});

/** A proxy is told by variables of the process, which other tests share: hence a process of its own. */
Deno.test("the token of a loopback address goes past the proxy of the environment", async () => {
  const told: string[] = [];
  await using proxy = Deno.serve(SERVED, (request) => {
    told.push(`proxy: ${request.headers.get("authorization")}`);
    return new Response(null, { status: 502 });
  });
  await using page = Deno.serve(SERVED, (request) => {
    told.push(`app-server: ${request.headers.get("authorization")}`);
    return new Response("hello");
  });
  const machine = { ...machineAt(page.addr.port), token: TOKEN };
  const link = import.meta.resolve(
    "../../../../src/integrations/codex/remote/machine_link.ts",
  );
  const clock = import.meta.resolve("../../../../src/integrations/system_clock.ts");
  const code = `
    import { openMachineLink } from ${JSON.stringify(link)};
    import { createSystemClock } from ${JSON.stringify(clock)};
    const never = new AbortController().signal;
    await openMachineLink(${JSON.stringify(machine)}, createSystemClock(), never)
      .catch(({ message }) => console.log(message));
  `;
  const address = `http://127.0.0.1:${proxy.addr.port}`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", code],
    env: { HTTP_PROXY: address, ALL_PROXY: address, NO_PROXY: "", no_proxy: "" },
  }).output();
  assert.match(new TextDecoder().decode(stdout), /HTTP status 200/);
  assert.deepEqual(told, [`app-server: Bearer ${TOKEN}`]);
});

async function certificate(folder: string): Promise<[cert: string, key: string]> {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const words = `req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost`.split(" ");
  const { success } = await new Deno.Command("openssl", {
    args: [...words, "-keyout", key, "-out", cert],
    stderr: "null",
  }).output();
  assert.ok(success, "openssl makes a certificate");
  return [await Deno.readTextFile(cert), await Deno.readTextFile(key)];
}
