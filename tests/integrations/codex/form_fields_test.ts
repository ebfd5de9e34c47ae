/** Forms of tool servers: whatever schema one sends, it becomes fields or is named. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { readForm } from "../../../src/integrations/codex/app_server/form_fields.ts";
import { parametersOf } from "../../../src/integrations/codex/app_server/tool_parameters.ts";
import { permissionsOf } from "../../../src/integrations/codex/app_server/permissions.ts";

function field(property: unknown, required = true): unknown {
  const schema = { type: "object", properties: { x: property }, required: required ? ["x"] : [] };
  const { fields: [read], leftOut, impossible, secret } = readForm(schema);
  return read ?? { leftOut, impossible, ...(secret === undefined ? {} : { secret }) };
}

const BASE = { id: "x", title: "x", required: true };
const SIZES = [{ value: "s", label: "Small" }, { value: "m", label: "m" }];

Deno.test("readForm() reads the fields that servers ask for", () => {
  const cases: [unknown, unknown][] = [
    [{ type: "boolean", title: " Notify ", description: "d", default: true }, {
      ...BASE,
      title: "Notify",
      description: "d",
      type: "boolean",
      preset: true,
    }],
    [{ type: "integer", minimum: 1, maximum: 4, default: 2 }, {
      ...BASE,
      type: "number",
      integer: true,
      least: 1,
      most: 4,
      preset: 2,
    }],
    [{ type: "number", default: "2" }, { ...BASE, type: "number", integer: false }],
    [{ type: "string", format: "email", minLength: 3, maxLength: 9, default: "a@b.c" }, {
      ...BASE,
      type: "text",
      format: "email",
      shortest: 3,
      longest: 9,
      preset: "a@b.c",
    }],
    [{ type: "string", format: "color" }, { ...BASE, type: "text" }],
    [{ type: ["string", "null"] }, { ...BASE, type: "text" }],
    [{}, { ...BASE, type: "text" }],
    [{ type: "string", enum: ["s", "m"], enumNames: ["Small"], default: "m" }, {
      ...BASE,
      type: "choice",
      options: SIZES,
      freeText: false,
      preset: "m",
    }],
    [{ type: "integer", enum: [1, 2, {}] }, {
      ...BASE,
      type: "choice",
      options: [{ value: 1, label: "1" }, { value: 2, label: "2" }],
      freeText: false,
    }],
    [{ oneOf: [{ const: "s", title: "Small" }, { const: "m" }, 7], default: "l" }, {
      ...BASE,
      type: "choice",
      options: SIZES,
      freeText: false,
    }],
    [
      {
        type: "array",
        items: { enum: ["s", "m"], enumNames: ["Small"] },
        maxItems: 1,
        default: [],
      },
      { ...BASE, type: "choices", options: SIZES, most: 1, preset: [] },
    ],
    [
      { type: "array", items: { anyOf: [{ const: "s", title: "Small" }, { const: "m" }] } },
      { ...BASE, type: "choices", options: SIZES },
    ],
    // A button with nothing on it is refused, and with it the whole question.
    [{ type: "string", enum: ["", " ", "s"], enumNames: [" "] }, {
      ...BASE,
      type: "choice",
      options: [
        { value: "", label: '""' },
        { value: " ", label: '" "' },
        { value: "s", label: "s" },
      ],
      freeText: false,
    }],
    [{ anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }], title: "Age", default: null }, {
      ...BASE,
      title: "Age",
      type: "number",
      integer: true,
      least: 1,
    }],
    [{ oneOf: [{ type: "null" }, { type: "string", format: "date" }] }, {
      ...BASE,
      type: "text",
      format: "date",
    }],
  ];
  for (const [property, expected] of cases) {
    assert.deepEqual(field(property), expected, JSON.stringify(property));
  }
});

Deno.test("readForm() names what cannot be asked for, and asks for no secret", () => {
  for (const property of [{ type: "object" }, { type: "array" }, { type: "colour" }, 7, null]) {
    assert.deepEqual(field(property), { leftOut: [], impossible: ["x"] });
    assert.deepEqual(field(property, false), { leftOut: ["x"], impossible: [] });
  }
  const secret = { type: "string", format: "password", title: "Key" };
  assert.deepEqual(field(secret), { leftOut: [], impossible: ["Key"], secret: "Key" });
  assert.deepEqual(field(secret, false), { leftOut: ["Key"], impossible: [] });
  const promised = readForm({ properties: {}, required: ["missing", 7] });
  assert.deepEqual(promised.impossible, ["missing"]);
});

Deno.test("readForm() takes fifty fields, and says how many are too many", () => {
  const properties = (count: number): unknown => ({
    properties: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`f${index}`, { type: "string" }]),
    ),
  });
  assert.equal(readForm(properties(50)).fields.length, 50);
  assert.deepEqual(readForm(properties(101)).impossible, ["101 fields"]);
});

Deno.test("whatever a server sends as a schema, as parameters or as rights, reading it never throws", () => {
  const property = fc.record({
    type: fc.oneof(
      fc.constantFrom("string", "array", "object", "number", "boolean"),
      fc.anything(),
    ),
    title: fc.anything(),
    enum: fc.anything(),
    enumNames: fc.anything(),
    oneOf: fc.anything(),
    items: fc.anything(),
    default: fc.anything(),
    minimum: fc.anything(),
  }, { requiredKeys: [] });
  const schema = fc.oneof(
    fc.anything(),
    fc.record({ properties: fc.dictionary(fc.string(), property), required: fc.anything() }),
  );
  fc.assert(fc.property(schema, (value) => {
    const { fields, leftOut, impossible } = readForm(value);
    for (const each of fields) assert.equal(typeof each.title, "string");
    for (const title of [...leftOut, ...impossible]) assert.equal(typeof title, "string");
  }));
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    for (const each of parametersOf({ tool_params: value })) {
      assert.equal(typeof each.value, "string");
    }
  }));
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
    permissionsOf(value);
  }));
});

Deno.test("parametersOf() has a line for each value, and the names that Codex shows", () => {
  const tool_params = {
    card: { title: "a", tags: ["x", "y"], none: null },
    list: [{ id: 1 }],
    n: 2,
  };
  assert.deepEqual(parametersOf({ tool_params }), [
    { name: "card.title", value: "a" },
    { name: "card.tags", value: "x, y" },
    { name: "card.none", value: "–" },
    { name: "list.1.id", value: "1" },
    { name: "n", value: "2" },
  ]);
  const tool_params_display = [{ name: "n", display_name: "Number", value: true }];
  assert.deepEqual(parametersOf({ tool_params, tool_params_display }), [
    { name: "Number", value: "true" },
  ]);
});

Deno.test("permissionsOf() shows each right, and keeps what it has no words for", () => {
  const special = { type: "special", value: { kind: "project_roots", subpath: "src" } };
  const wanted = {
    network: { enabled: false },
    fileSystem: {
      read: ["/etc"],
      write: null,
      entries: [
        { path: { type: "path", path: "/etc" }, access: "read" },
        { path: { type: "special", value: { kind: "root" } }, access: "write" },
        { path: special, access: "read" },
        { path: { type: "glob_pattern", pattern: "**/.env" }, access: "deny" },
      ],
    },
    clipboard: { read: true },
  };
  assert.deepEqual(permissionsOf(wanted), {
    network: false,
    read: ["/etc", "./src"],
    write: ["/"],
    denied: ["**/.env"],
    others: ['clipboard: {"read":true}'],
  });
  // A right within a known kind that this program does not know is no less granted.
  const newer = {
    fileSystem: { read: [], execute: ["/bin"] },
    network: { enabled: true, udp: true },
  };
  assert.deepEqual(permissionsOf(newer).others, [
    'fileSystem: {"read":[],"execute":["/bin"]}',
    'network: {"enabled":true,"udp":true}',
  ]);
});
