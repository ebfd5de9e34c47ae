import assert from "node:assert/strict";
import { mayBeTraced } from "../../../src/integrations/telemetry/switched_on.ts";
import { fetchUntraced } from "../../../src/integrations/telemetry/untraced.ts";

Deno.test("any variable of OpenTelemetry may have switched it on, however it is written", () => {
  for (const name of ["OTEL_DENO", "OTEL_SERVICE_NAME", "otel_deno"]) {
    assert.equal(mayBeTraced({ PATH: "/bin", [name]: "" }), true, name);
  }
  assert.equal(mayBeTraced({ PATH: "/bin", HOTEL_NAME: "x", MY_OTEL_DENO: "1" }), false);
});

Deno.test("calls are kept out of spans where there may be some, and left alone elsewhere", async () => {
  assert.equal(await fetchUntraced(false), fetch);
  assert.notEqual(await fetchUntraced(true), fetch);
});
