import assert from "node:assert/strict";
import { RunTable } from "../../../src/integrations/state/run_table.ts";
import { LOG, withDatabase } from "./reopened.ts";

const ANN = { chatId: "-5", userId: "7" };
const RUN = {
  id: "r1",
  session: ANN,
  prompt: "do it",
  origin: { chatId: "-5", messageId: 3, language: "ko" },
  createdAt: "2026-01-01T00:00:00.000Z",
} as const;
const IMAGE = { kind: "image", path: "/inbox/a.png", name: "a.png" } as const;

Deno.test("RunTable.addTo() keeps what was added, in order, across a restart", () =>
  withDatabase((open) => {
    const runs = new RunTable(open(), LOG);
    runs.create(RUN, "telegram:1");
    assert.equal(runs.addTo("r1", { ...RUN, id: "r2", prompt: "in green" }, "telegram:2"), true);
    assert.equal(runs.addTo("r1", { ...RUN, id: "r3", prompt: "in green" }, "telegram:3"), true);
    const [run, ...others] = new RunTable(open(), LOG).unfinished();
    assert.deepEqual(run?.additions, ["in green", "in green"]);
    assert.deepEqual(others, []);
  }));

Deno.test("RunTable.addTo() takes each source once, as an addition or as a run", () =>
  withDatabase((open) => {
    const runs = new RunTable(open(), LOG);
    runs.create(RUN, "telegram:1");
    assert.equal(runs.addTo("r1", { ...RUN, id: "r2" }, "telegram:1"), false);
    runs.addTo("r1", { ...RUN, id: "r2", prompt: "in green" }, "telegram:2");
    const later = new RunTable(open(), LOG);
    assert.equal(later.addTo("r1", { ...RUN, id: "r3" }, "telegram:2"), false);
    assert.equal(later.create({ ...RUN, id: "r3" }, "telegram:2"), false);
    later.handedOver("r1");
    assert.equal(later.create({ ...RUN, id: "r3" }, "telegram:2"), false);
    assert.deepEqual(later.unfinished(), []);
  }));

Deno.test("RunTable.takeBack() makes a queued run of an addition, and leaves the others", () =>
  withDatabase((open) => {
    const runs = new RunTable(open(), LOG);
    const second = { ...RUN, id: "r2", prompt: "in green", attachments: [IMAGE] };
    runs.create(RUN, "telegram:1");
    runs.addTo("r1", second, "telegram:2");
    runs.addTo("r1", { ...RUN, id: "r3", prompt: "in green" }, "telegram:3");
    runs.takeBack("r1", second);
    const [first, queued, ...others] = new RunTable(open(), LOG).unfinished();
    assert.deepEqual(first, { ...RUN, status: "queued", additions: ["in green"] });
    assert.deepEqual(queued, { ...second, status: "queued" });
    assert.deepEqual(others, []);
    assert.equal(runs.lastRequest(ANN)?.prompt, "in green");
  }));

Deno.test("RunTable.lastRequest() is that of the session, whole, until it is forgotten", () =>
  withDatabase((open) => {
    const runs = new RunTable(open(), LOG);
    const topic = { ...ANN, topicId: "9" };
    assert.equal(runs.lastRequest(ANN), undefined);
    runs.create({ ...RUN, attachments: [IMAGE] }, "telegram:1");
    runs.create({ ...RUN, id: "r2", session: topic, prompt: "elsewhere" }, "telegram:2");
    runs.create({ ...RUN, id: "r3", prompt: "a repeat" }, "telegram:1");
    runs.handedOver("r1");
    const later = new RunTable(open(), LOG);
    assert.deepEqual(later.lastRequest(ANN), { prompt: "do it", attachments: [IMAGE] });
    assert.deepEqual(later.lastRequest(topic), { prompt: "elsewhere" });
    later.forgetRequest(topic);
    assert.equal(later.lastRequest(topic), undefined);
    assert.equal(later.lastRequest(ANN)?.prompt, "do it");
  }));
