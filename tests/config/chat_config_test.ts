/** The configuration of a chat: what may be missing, and where it works. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { type ChatConfig, type ChatWishes, loadChatConfig } from "../../src/config/chat_config.ts";
import { ConfigError } from "../../src/config/errors.ts";
import { stateFolderOfSession } from "../../src/config/paths.ts";
import { profileNamed } from "../../src/core/session/settings.ts";
import { applicationPermissions } from "../../src/supervisor/confinement.ts";
import { namesIn, temporaryFolder } from "../support/temporary_folder.ts";
import { environmentOf } from "./environments.ts";

const TOKEN = "123456:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr";

async function loaded(
  home: string,
  wishes: Partial<ChatWishes> = {},
  variables: Readonly<Record<string, string>> = {},
): Promise<ChatConfig> {
  return await loadChatConfig(environmentOf(home, variables), { echo: false, ...wishes });
}

function folderOf({ config: { profiles } }: ChatConfig): string {
  return profileNamed(profiles, profiles.default).workingDirectory;
}

Deno.test("loadChatConfig() needs no file and no token, writes nothing, and works where it is started", async () => {
  await using folder = await temporaryFolder();
  const chat = await loaded(folder.path);
  assert.deepEqual(namesIn(folder.path), []);
  assert.equal(folderOf(chat), environmentOf(folder.path, {}).workingDirectory);
  assert.deepEqual(chat.config.warnings, []);
});

Deno.test("loadChatConfig() gives each folder its own conversation and state, beside the bot's", async () => {
  await using folder = await temporaryFolder();
  const state = join(folder.path, ".codex-orchestrator");
  const names = ["/srv/a b", "/srv/a-b", "/", "/srv/프로젝트"];
  const chats = await Promise.all(names.map((name) => loaded(folder.path, { folder: name })));
  for (const { config, conversation } of chats) {
    assert.match(conversation, /^[A-Za-z0-9_-]+-[0-9a-f]{8}$/);
    assert.equal(config.stateFolder, join(state, "terminal", conversation));
    assert.equal(config.tracesFolder, join(state, "traces"));
  }
  assert.equal(new Set(chats.map(({ conversation }) => conversation)).size, names.length);
});

Deno.test("stateFolderOfSession() finds the state of a conversation, and never another folder", async () => {
  await using folder = await temporaryFolder();
  const { config, conversation } = await loaded(folder.path);
  const state = join(folder.path, ".codex-orchestrator");
  assert.equal(stateFolderOfSession(state, `terminal:${conversation}`), config.stateFolder);
  for (const session of ["tg:1:2", "terminal:../../etc", "terminal:", "terminal:a/b", ""]) {
    assert.equal(stateFolderOfSession(state, session), state);
  }
});

Deno.test("a chat may reach no host, and does not get the bot token", async () => {
  await using folder = await temporaryFolder();
  const { config } = await loaded(folder.path, {}, { TELEGRAM_BOT_TOKEN: TOKEN });
  assert.deepEqual(applicationPermissions(config, [], "terminal").net, []);
  const { write } = applicationPermissions(config, [], "terminal");
  const [tracesFolder, ...files] = write.toReversed();
  assert.equal(tracesFolder, config.tracesFolder);
  assert.deepEqual(new Set(files.map(dirname)), new Set([config.stateFolder]));
  assert.equal(config.telegram.botToken, "");
  assert.ok(config.secrets.includes(TOKEN), "it is still masked");
});

Deno.test("loadChatConfig() takes profiles from conf.toml; --cd overrides their folder", async () => {
  await using folder = await temporaryFolder();
  const conf = join(folder.path, "conf.toml");
  await Deno.writeTextFile(conf, '[profiles.default]\nworking_directory = "work"\n');
  assert.equal(folderOf(await loaded(folder.path, { flag: conf })), join(folder.path, "work"));
  const moved = await loaded(folder.path, { flag: conf, folder: "/elsewhere", echo: true });
  assert.equal(folderOf(moved), "/elsewhere");
  assert.equal(moved.config.codex.backend, "echo");
});

Deno.test("loadChatConfig() refuses a named file that is missing, and a wrong one", async () => {
  await using folder = await temporaryFolder();
  const conf = join(folder.path, "conf.toml");
  await assert.rejects(loaded(folder.path, { flag: conf }), ConfigError);
  await Deno.writeTextFile(conf, "[codex]\nsandboks = 1\n");
  await assert.rejects(loaded(folder.path, { flag: conf }), ConfigError);
});
