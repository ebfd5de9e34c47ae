import assert from "node:assert/strict";
import { parseProc, parsePs } from "../../src/supervisor/process_list.ts";

Deno.test("parseProc tells ancestors from marked processes", () => {
  const output = "a 12\na 3\na 1\n/proc/3/environ\n/proc/44/environ\n";
  assert.deepEqual(parseProc(output), { marked: [3, 44], ancestors: new Set([12, 3, 1]) });
  assert.deepEqual(parseProc(""), { marked: [], ancestors: new Set() });
});

Deno.test("parsePs finds the mark at the beginning of a word and climbs to the first process", () => {
  const output = `    1     0 /sbin/launchd
  300     1 /bin/zsh HOME=/Users/a X=1
  301   300 deno run main.ts A=b
  400     1 codex app-server PATH=/bin A=b HOME=/Users/a
  401   400 sleep 9 XA=b
  402   400 sleep 9 A=c
  403   400 sleep 9 A=b-1
`;
  assert.deepEqual(parsePs(output, "A=b", 301), {
    marked: [301, 400, 403],
    ancestors: new Set([301, 300, 1]),
  });
});

Deno.test("parsePs does not climb in circles", () => {
  assert.deepEqual(parsePs("2 3 a\n3 2 b\n", "A=b", 2).ancestors, new Set([2, 3]));
});
