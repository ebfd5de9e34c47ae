import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "smol-toml";
import { TEMPLATE } from "../../src/config/example.ts";
import { commandWordsIn, setsNothing, writtenIn } from "../../src/config/written.ts";

const TEXT = String.raw`
# a = "comment"
a = "plain" # "behind"
b = 'C:\path'
c = """
first \
   second"""
d = '''it's'''
e = ["\u0041\n", "a#b", 12, -5, 1_000]
f = "quoted \" inside"
g = "42"
`;

Deno.test("writtenIn finds the strings and numbers of a conf.toml, and none of its comments", () => {
  const { strings, numbers } = writtenIn(TEXT);
  const expected = ["plain", "C:\\path", "first second", "it's", "A\n", "a#b", 'quoted " inside'];
  for (const text of expected) assert.ok(strings.has(text), text);
  assert.ok(!strings.has("comment") && !strings.has("behind"));
  assert.deepEqual([...numbers].sort((one, other) => one - other), [-5, 12, 42, 1_000]);
});

Deno.test("writtenIn finds every string that a parser of TOML finds", () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 5 }), (texts) => {
    const text = texts.map((each, index) => `k${index} = ${JSON.stringify(each)} # "x${index}`)
      .join("\n");
    const { strings } = writtenIn(text);
    for (const value of Object.values(parse(text))) assert.ok(strings.has(String(value)), text);
  }));
});

Deno.test("commandWordsIn splits command lines, and leaves prompts alone", () => {
  const words = commandWordsIn(`
system_prompt = "run sh and rm"
mcp_status_cmd = "codex-status --json 'two words' a\\\\ b"
command = [ "/opt/hear",
  "{file}" ]
app_server_args = ["app-server", "--x"]
`);
  const found = ["codex-status", "--json", "two words", "a b", "/opt/hear", "{file}", "--x"];
  for (const word of found) assert.ok(words.has(word), `${word} in ${[...words].join("|")}`);
  assert.ok(!words.has("sh") && !words.has("rm"));
});

Deno.test("commandWordsIn reads a list to its end, whatever brackets stand in it", () => {
  const words = commandWordsIn(`
command = ["sh", "-c", "[ -x /opt/hear ] && exec /opt/hear", "hear", "{file}"]
app_server_command = [
  "wrap", # as [in] the manual
  "--quiet", ']',
]
"mcp_command" = """
codex --mcp"""
`);
  const found = ["[ -x /opt/hear ] && exec /opt/hear", "hear", "{file}", "wrap", "--quiet", "]"];
  for (const word of [...found, "--mcp"]) assert.ok(words.has(word), word);
});

Deno.test("commandWordsIn takes no words of comments, nor of what a prompt quotes", () => {
  const words = commandWordsIn(`
# command = ["commented", "out"]
command = "codex" # args = "behind"
system_prompt = """
Say: command = "quoted"
"""
developer_prompt = 'args = "single"'
`);
  assert.deepEqual([...words], ["codex"]);
});

Deno.test("setsNothing knows the template, and a file that sets something", () => {
  assert.ok(setsNothing(TEMPLATE));
  for (const line of ['command = "sh"', "allowed_users = [1]", '[codex]\nx.y = "z"', '"a" = 1']) {
    assert.ok(!setsNothing(`${TEMPLATE}\n${line}\n`), line);
  }
});
