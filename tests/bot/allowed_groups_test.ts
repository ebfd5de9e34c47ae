import assert from "node:assert/strict";
import { AllowedGroups } from "../../src/bot/allowed_groups.ts";
import { Preferences } from "../../src/bot/preferences.ts";
import { StorageError } from "../../src/core/errors.ts";
import { MemoryPreferences } from "../fakes/memory_bot_stores.ts";

Deno.test("AllowedGroups lets a group in under its new id, also after a restart", () => {
  const kept = new Preferences(new MemoryPreferences());
  const groups = new AllowedGroups([-1, -2], kept);
  assert.deepEqual([groups.has(-1), groups.has(-100)], [true, false]);
  groups.moved(-1, -100);
  assert.equal(groups.has(-100), true);
  const later = new AllowedGroups([-1, -2], kept);
  assert.equal(later.has(-100), true);
  assert.deepEqual(later.present(), [-100, -2]);
});

Deno.test("AllowedGroups forgets a move when the group is taken off the list", () => {
  const kept = new Preferences(new MemoryPreferences());
  new AllowedGroups([-1], kept).moved(-1, -100);
  assert.equal(new AllowedGroups([-2], kept).has(-100), false);
});

Deno.test("AllowedGroups ends when groups have moved in a circle", () => {
  const kept = new Preferences(new MemoryPreferences());
  kept.setMovedTo(-1, -2);
  kept.setMovedTo(-2, -1);
  const groups = new AllowedGroups([-1], kept);
  assert.equal(groups.has(-2), true);
  assert.equal(groups.present().length, 1);
});

Deno.test("AllowedGroups lets the new chat in while the disk does not take it", () => {
  const groups = new AllowedGroups([-1], {
    movedTo: () => undefined,
    setMovedTo: () => {
      throw new StorageError("Cannot use state.db: the disk is full");
    },
  });
  assert.throws(() => groups.moved(-1, -100), StorageError);
  assert.equal(groups.has(-100), true);
});
