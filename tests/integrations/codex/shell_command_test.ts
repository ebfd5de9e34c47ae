import assert from "node:assert/strict";
import { bareCommand, bareCommandLine } from "../../../src/integrations/codex/item_texts.ts";

Deno.test("bareCommandLine() takes the shell away, and nothing else", () => {
  const lines = [
    ["/bin/bash -lc 'touch x'", "touch x"],
    ["/bin/zsh -c ls", "ls"],
    [`/bin/bash -lc "echo 'a b' && rm -rf $HOME/x"`, "echo 'a b' && rm -rf $HOME/x"],
    ["touch x", "touch x"],
    ["/bin/bash script.sh -c x", "/bin/bash script.sh -c x"],
    ["/bin/bash -lc 'ls' && rm x", "/bin/bash -lc 'ls' && rm x"],
    ["/bin/bash -lc ls extra", "/bin/bash -lc ls extra"],
    ["", ""],
  ];
  for (const [line = "", bare] of lines) assert.equal(bareCommandLine(line), bare);
});

Deno.test("bareCommand() joins what is no script of a shell", () => {
  assert.equal(bareCommand(["/bin/sh", "-c", "a | b"]), "a | b");
  assert.equal(bareCommand(["git", "commit", "-m", "x y"]), "git commit -m x y");
});

Deno.test("bareCommandLine() leaves a line alone that cannot be taken apart", () => {
  for (const line of ['/bin/bash -lc "echo ${"', '/bin/sh -c "${a"']) {
    assert.equal(bareCommandLine(line), line);
  }
});
