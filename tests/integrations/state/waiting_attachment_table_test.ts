import assert from "node:assert/strict";
import type { Attachment } from "../../../src/core/chat/attachment.ts";
import { WaitingAttachmentTable } from "../../../src/integrations/state/waiting_attachment_table.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { LOG, withDatabase } from "./reopened.ts";

const ANN = { chatId: "1", userId: "1" };
const TOPIC = { ...ANN, topicId: "7" };

function attachment(name: string): Attachment {
  return { kind: "file", name, path: `/inbox/${name}` };
}

Deno.test("WaitingAttachmentTable keeps files over a restart, each session its own, once", () =>
  withDatabase((open) => {
    const clock = new FakeClock();
    const [one, two] = [attachment("one"), attachment("two")];
    const table = new WaitingAttachmentTable(open(), clock, LOG);
    table.add(ANN, [one]);
    table.add(ANN, [one, two]);
    table.add(TOPIC, [two]);
    const reopened = new WaitingAttachmentTable(open(), clock, LOG);
    assert.deepEqual(reopened.of(ANN), [one, two]);
    reopened.clear(ANN);
    assert.deepEqual([reopened.of(ANN), reopened.of(TOPIC)], [[], [two]]);
  }));

Deno.test("WaitingAttachmentTable forgets files after an hour, and the oldest of very many", () =>
  withDatabase((open) => {
    const clock = new FakeClock();
    const database = open();
    const table = new WaitingAttachmentTable(database, clock, LOG);
    table.add(ANN, Array.from({ length: 25 }, (_, index) => attachment(`file ${index}`)));
    assert.deepEqual(table.of(ANN).map(({ name }) => name).at(0), "file 5");
    assert.equal(table.of(ANN).length, 20);
    const later = new FakeClock(new Date(new FakeClock().now().getTime() + 3_600_000));
    const hence = new WaitingAttachmentTable(database, later, LOG);
    assert.deepEqual(hence.of(ANN), []);
    hence.prune();
    assert.deepEqual(database.all("SELECT * FROM waiting_attachments"), []);
  }));

Deno.test("WaitingAttachmentTable passes over what it cannot read", () =>
  withDatabase((open) => {
    const database = open();
    const table = new WaitingAttachmentTable(database, new FakeClock(), LOG);
    table.add(ANN, [attachment("one"), attachment("two")]);
    database.run("UPDATE waiting_attachments SET attachment = '{}' WHERE path = '/inbox/one'");
    assert.deepEqual(table.of(ANN), [attachment("two")]);
  }));
