/**
 * A change of very many files is shown and taken back with the same few programs as one of a few files: a
 * program for each of them would take longer than a script may.
 */
import assert from "node:assert/strict";
import { temporaryFolder } from "../../../support/temporary_folder.ts";
import { writeProgram } from "../../../support/write_program.ts";
import { everythingIn, localWorkspace, shell, taken } from "./local_workspace.ts";

const FILES = 500;
const COUNTED = ["git", "find", "sort", "sed", "tr", "rm", "rmdir", "iconv"];
/** Kills the script in the middle of writing where a file called deadly is there. */
const COUNTING = String.raw`#!/bin/sh
name=${"$"}{0##*/}
printf . >>"$COUNT"
PATH=${"$"}{PATH#*:}
case "$name $*" in "git checkout-index -f -z --stdin") [ ! -e "$DEADLY" ] || {
  rm "$DEADLY"
  tr '\0' '\n' | head -n 100 | tr '\n' '\0' | git "$@"
  kill -9 $PPID
} ;; esac
exec "$name" "$@"
`;

/** Without permissions, which a patch does not bring. */
function contents(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, text.replace(/^\d+ /, "")]),
  );
}

Deno.test("a patch of many files, their undo, and one that was killed, start no program for each of them", async () => {
  await using root = await temporaryFolder();
  const folder = await Deno.realPath(root.path);
  const work = `${folder}/work`;
  await shell(
    folder,
    `mkdir work bin; cd work; mkdir -p kept/deep changed; i=0
     while [ $i -lt ${FILES} ]; do i=$((i + 1)); echo $i >kept/deep/$i; echo $i >changed/$i; done; printf 'caf\\351\\n' >latin; chmod 600 kept/deep/1*`,
  );
  for (const each of COUNTED) await writeProgram(`${folder}/bin/${each}`, COUNTING);
  await using workspace = localWorkspace(`${folder}/store`, {
    variables: {
      PATH: `${folder}/bin:${Deno.env.get("PATH") ?? ""}`,
      COUNT: `${folder}/count`,
      DEADLY: `${folder}/deadly`,
    },
  });
  const started = async <Value>(work: () => Promise<Value>): Promise<[Value, number]> => {
    await Deno.writeTextFile(`${folder}/count`, "");
    const value = await work();
    return [value, (await Deno.stat(`${folder}/count`)).size];
  };
  const was = await everythingIn(work);
  const before = await taken(workspace, work);
  await shell(
    work,
    `rm -r kept; mkdir new; printf 'th\\351\\n' >latin; for each in changed/*; do echo more >>$each; mkdir new/\${each#*/}; cp $each new/\${each#*/}; done`,
  );
  const after = await taken(workspace, work, before);
  await workspace.quiet();
  const done = await everythingIn(work);

  const [{ text }, forPatch] = await started(() =>
    workspace.patch(before, after, { applicable: true, mostBytes: 10_000_000 })
  );
  await Deno.writeTextFile(`${folder}/p`, text);
  await shell(folder, "cp -a work applied; cd applied; git apply -R ../p");
  assert.deepEqual(contents(await everythingIn(`${folder}/applied`)), contents(was));
  assert.ok(forPatch < FILES, `${forPatch} programs`);

  await Deno.writeTextFile(`${folder}/deadly`, "");
  assert.equal((await workspace.carry(after, before)).type, "failed");
  assert.notDeepEqual(await everythingIn(work), done, "it was killed in the middle");
  const [wasPutBack, forThat] = await started(() => workspace.putBack(work));
  assert.ok(wasPutBack);
  assert.deepEqual(await everythingIn(work), done);
  assert.ok(forThat < FILES, `${forThat} programs`);

  const [undone, forUndo] = await started(() => workspace.carry(after, before));
  assert.equal(undone.type, "carried", JSON.stringify(undone));
  assert.deepEqual(await everythingIn(work), was);
  assert.ok(forUndo < FILES, `${forUndo} programs`);
});
