/** What is drawn in place, seen through an emulated terminal. */
import assert from "node:assert/strict";
import { span } from "../../src/terminal/text/styled_line.ts";
import { LiveScreen } from "../../src/terminal/views/live_screen.ts";
import { Screen } from "../support/screen.ts";

interface Stage {
  readonly seen: Screen;
  readonly live: LiveScreen;
  size: { columns: number; rows: number };
}

function stageOf(columns = 20, rows = 10): Stage {
  const seen = new Screen(columns, rows);
  const stage = { seen, size: { columns, rows } };
  const terminal = { write: (text: string) => seen.write(text), size: () => stage.size };
  return Object.assign(stage, { live: new LiveScreen(terminal, { colors: false }) });
}

const block = (...texts: string[]) => ({ lines: texts.map((text) => [span(text)]) });

Deno.test("LiveScreen replaces its block, and what is printed stays above it", () => {
  const { seen, live } = stageOf();
  live.show(block("working", "› "));
  live.printAndShow([[span("said")]], block("working on", "more", "› "));
  live.show(block("› "));
  assert.equal(seen.text, "said\n›");
  live.printAndShow([[span("a line that is longer than the window")]], block("x"));
  assert.equal(seen.text, "said\na line that is longe\nr than the window\nx");
  live.clear();
  assert.equal(seen.text, "said\na line that is longe\nr than the window");
});

Deno.test("LiveScreen puts the cursor where the person types", () => {
  const { seen, live } = stageOf();
  live.show({ ...block("one", "› ab", "  cd"), cursor: { row: 1, column: 3 } });
  assert.deepEqual(seen.cursor, { row: 1, column: 3 });
  live.show({ ...block("› "), cursor: { row: 0, column: 2 } });
  assert.equal(seen.text, "›");
  assert.deepEqual(seen.cursor, { row: 0, column: 2 });
});

Deno.test("LiveScreen stays within the window: neither wider nor higher", () => {
  const { seen, live } = stageOf(10, 4);
  live.show({ ...block("1", "2", "3", "4", "a line too long"), cursor: { row: 4, column: 3 } });
  assert.equal(seen.text, "3\n4\na line t…");
  live.show(block("end"));
  assert.equal(seen.text, "end");
});

Deno.test("LiveScreen finds its beginning again in a window that was made narrower", () => {
  const stage = stageOf(20, 10);
  stage.live.printAndShow([[span("kept")]], block("fourteen wide!", "next"));
  // As a terminal does that breaks its lines anew.
  const narrow = new Screen(8, 10);
  narrow.write("kept\r\nfourteen wide!\r\nnext");
  stage.size = { columns: 8, rows: 10 };
  const live = Object.assign(stage.live, {});
  const before = stage.seen.text;
  assert.equal(before, "kept\nfourteen wide!\nnext");
  const written: string[] = [];
  stage.seen.write = (text: string): void => void written.push(text);
  live.show(block("new"));
  narrow.write(written.join(""));
  assert.equal(narrow.text, "kept\nnew");
});
