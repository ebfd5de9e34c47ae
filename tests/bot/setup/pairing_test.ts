/** Tests pairing against the strict server: who becomes the owner, and above all who does not. */
import assert from "node:assert/strict";
import { HttpError } from "grammy";
import { createTelegramApi, TelegramRefusal } from "../../../src/bot/api.ts";
import {
  BotConnection,
  PassingTrouble,
  setupFailure,
} from "../../../src/bot/setup/bot_connection.ts";
import {
  isPairingCode,
  newPairingCode,
  type PairedPerson,
  pairingLink,
  pairOwner,
} from "../../../src/bot/setup/pairing.ts";
import { describeError } from "../../../src/core/errors.ts";
import { type BotApiServer, startBotApiServer } from "../../../src/demo/bot_api/server.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { fastClock } from "../../fakes/fast_clock.ts";
import { UnhurriedClock } from "../../fakes/unhurried_clock.ts";

const TOKEN = "7000000001:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr";
const CODE = "ABCDE23456";
/** Real time in which the minutes of pairing pass. */
const QUICKLY_MS = 2_000;

interface Pairing {
  readonly paired: Promise<PairedPerson | undefined>;
  readonly wrong: PairedPerson[];
}

/** @param clock stands still while calls are under way */
function accountOf(
  { url: apiRoot }: Pick<BotApiServer, "url">,
  token: string,
  signal: AbortSignal,
  clock?: UnhurriedClock,
): BotConnection {
  const api = createTelegramApi({ botToken: token, apiRoot }, fetch);
  clock?.watchCalls(api);
  return new BotConnection({ api, apiRoot, clock: createSystemClock(), signal });
}

function startPairing(
  server: BotApiServer,
  ignored: readonly number[] = [],
  clock = createSystemClock(),
): Pairing {
  const { signal } = new AbortController();
  const wrong: PairedPerson[] = [];
  const paired = pairOwner({
    account: accountOf(server, TOKEN, signal),
    code: CODE,
    ignored: new Set(ignored),
    clock,
    signal,
    onWrong: (person) => wrong.push(person),
    onTrouble: () => {},
  });
  return { paired, wrong };
}

Deno.test("whoever sends the code is the owner; nobody else is, and nobody is answered", async () => {
  await using server = await startBotApiServer({ token: TOKEN });
  const { world } = server;
  const eve = world.createPerson({ firstName: "Eve" });
  const ann = world.createPerson({ firstName: "Ann", username: "ann", languageCode: "ko" });
  const { paired, wrong } = startPairing(server);
  const group = world.createGroup({ kind: "supergroup", botStatus: "administrator" });
  world.send(group, { text: CODE, from: eve });
  world.send(world.privateChat(eve), "/start ABCDE23457");
  world.send(world.privateChat(eve), `${CODE} or so`);
  world.send(world.privateChat(ann), "/start");
  world.send(world.privateChat(ann), `/start ${CODE}`);
  assert.deepEqual(await paired, {
    userId: ann.id,
    name: "Ann",
    username: "ann",
    languageCode: "ko",
  });
  assert.deepEqual(wrong.map(({ userId }) => userId), [eve.id, eve.id]);
  assert.deepEqual(world.botMessages(world.privateChat(eve)), []);
  // The bot must not take the code for a request when it starts.
  assert.deepEqual(world.pendingUpdates(), []);
});

Deno.test("after five wrong messages not even the right code counts", async () => {
  await using server = await startBotApiServer({ token: TOKEN });
  const { world } = server;
  const eve = world.privateChat(world.createPerson());
  const { paired, wrong } = startPairing(server);
  for (let count = 0; count < 7; count++) world.send(eve, `guess ${count}`);
  world.send(eve, CODE);
  const ann = world.createPerson();
  world.send(world.privateChat(ann), CODE.toLowerCase());
  // Updates come in order: the code was sent first, and was ignored.
  assert.equal((await paired)?.userId, ann.id);
  assert.equal(wrong.length, 5);
});

Deno.test("a person who was turned away is ignored, and a forwarded code is no code", async () => {
  await using server = await startBotApiServer({ token: TOKEN });
  const { world } = server;
  const [eve, mallory, ann] = [1, 2, 3].map((id) => world.createPerson({ id: 900 + id }));
  assert.ok(eve && mallory && ann);
  const { paired } = startPairing(server, [eve.id]);
  world.send(world.privateChat(eve), CODE);
  const chat = { id: mallory.id, type: "private" };
  const from = { id: mallory.id, is_bot: false, first_name: "M" };
  const forward_origin = { type: "hidden_user", sender_user_name: "x", date: 1 };
  world.pushUpdate("message", { message_id: 1, date: 1, chat, from, text: CODE, forward_origin });
  world.send(world.privateChat(ann), CODE);
  assert.equal((await paired)?.userId, ann.id);
});

Deno.test("an old message is no try, and a lost answer loses no owner", async () => {
  await using server = await startBotApiServer({ token: TOKEN });
  const { world } = server;
  const ann = world.createPerson();
  const chat = { id: ann.id, type: "private" };
  const from = { id: ann.id, is_bot: false, first_name: "Ann" };
  for (let id = 1; id <= 6; id++) {
    world.pushUpdate("message", { message_id: id, date: 1_700_000_000, chat, from, text: "Hi" });
  }
  world.send(world.privateChat(ann), CODE);
  // The first call brings the code, the second one confirms it.
  server.faults.add({ kind: "delay", delayMs: 0, method: "getUpdates" });
  server.faults.add({ kind: "html502", method: "getUpdates" });
  const { paired, wrong } = startPairing(server, [], fastClock(20));
  assert.equal((await paired)?.userId, ann.id);
  assert.deepEqual(wrong, []);
  assert.deepEqual(world.pendingUpdates(), []);
});

Deno.test("a code expires, and nobody is paired", async () => {
  await using server = await startBotApiServer({ token: TOKEN });
  await using clock = new UnhurriedClock(QUICKLY_MS);
  const stop = new AbortController();
  server.faults.add({ kind: "status", status: 502, method: "getUpdates", times: Infinity });
  const troubles: string[] = [];
  const paired = await pairOwner({
    account: accountOf(server, TOKEN, stop.signal, clock),
    code: CODE,
    ignored: new Set(),
    clock,
    signal: stop.signal,
    onWrong: () => {},
    onTrouble: (reason) => troubles.push(reason),
  });
  assert.equal(paired, undefined);
  assert.equal(troubles.length, 1);
});

Deno.test("another program that polls the bot is reported", async () => {
  await using server = await startBotApiServer({ token: TOKEN });
  server.faults.add({
    kind: "status",
    status: 409,
    description: "Conflict: terminated by other getUpdates request",
    method: "getUpdates",
    times: Infinity,
  });
  await using clock = new UnhurriedClock(QUICKLY_MS);
  const stop = new AbortController();
  await assert.rejects(
    pairOwner({
      account: accountOf(server, TOKEN, stop.signal, clock),
      code: CODE,
      ignored: new Set(),
      clock,
      signal: stop.signal,
      onWrong: () => {},
      onTrouble: () => {},
    }),
    /Another program polls this bot/,
  );
});

Deno.test("a wrong token, no connection and a foreign certificate are told apart, without showing the token", async () => {
  await using server = await startBotApiServer({ token: TOKEN });
  const { signal } = new AbortController();
  const wrong = TOKEN.replace("AA", "BB");
  await assert.rejects(accountOf(server, wrong, signal).identity(), TelegramRefusal);
  // Not a port that was just closed: another test may have it by now.
  const nowhere = { url: "http://127.0.0.1:65535" };
  await assert.rejects(accountOf(nowhere, TOKEN, signal).identity(), (error) => {
    assert.ok(error instanceof PassingTrouble);
    assert.match(describeError(error), /^Cannot reach 127\.0\.0\.1:\d+: .*HTTPS_PROXY/);
    assert.doesNotMatch(describeError(error), /AAbb/);
    return true;
  });
  const cause = new TypeError(`error sending request for url (https://x/bot${TOKEN}/getMe)`, {
    cause: new Error("client error (Connect): invalid peer certificate: UnknownIssuer"),
  });
  const failure = describeError(
    setupFailure(new HttpError("Network request for 'getMe' failed!", cause), "https://x"),
  );
  assert.match(failure, /certificate.*DENO_TLS_CA_STORE=system.*NODE_EXTRA_CA_CERTS/);
  assert.doesNotMatch(failure, /AAbb/);
});

Deno.test("codes cannot be guessed, and have no characters that look alike", () => {
  const random = (bytes: Uint8Array<ArrayBuffer>): void => void crypto.getRandomValues(bytes);
  const codes = Array.from({ length: 500 }, () => newPairingCode(random));
  assert.equal(new Set(codes).size, codes.length);
  for (const code of codes) assert.match(code, /^[A-HJKMNP-TW-Z2-9]{10}$/);
  // Drops bytes that would favour some letters.
  let calls = 0;
  newPairingCode((bytes) => void bytes.fill(calls++ === 0 ? 255 : 0));
  assert.equal(calls, 2);
  const code = codes[0] ?? "";
  assert.ok(isPairingCode(` /start  ${code.toLowerCase()} `, code));
  for (const text of ["", "/start", `${code} ${code}`, `x${code}`, code.slice(1)]) {
    assert.ok(!isPairingCode(text, code), text);
  }
  assert.equal(pairingLink("a_bot", code), `https://t.me/a_bot?start=${code}`);
});
