/** Pictures the chat in the terminal: the real program and a real Codex in an emulated terminal. */
import { join } from "node:path";
import { scriptRoles } from "../e2e/plan_script.ts";
import { TerminalStage } from "../e2e/terminal_stage.ts";
import type { Cell, Screen } from "../support/screen.ts";
import type { PictureSet } from "./picture_set.ts";
import { NEWEST } from "../support/codex_versions.ts";

const NAME = "chat-terminal";
const FOLDER = "/tmp/greeting";
const SCREEN = { width: 640, height: 640, scale: 1.25 };
const NEVER = { until: new Promise(() => {}), then: { message: "" } };

const PATCH = `*** Begin Patch
*** Add File: greet.ts
+/** A greeting for that name. */
+export function greet(name: string): string {
+  return \`Hello, \${name}!\`;
+}
*** End Patch`;
const ANSWER = `\`greet()\` is there, **with a test**.

| file | what |
|---|---|
| greet.ts | the function |
| greet_test.ts | two cases, one in 한국어 |`;

function steps(done: number): { plan: { step: string; status: string }[] } {
  return {
    plan: ["Write the function", "Test it", "Name it in the README"].map((step, index) => ({
      step,
      status: index < done ? "completed" : index === done ? "in_progress" : "pending",
    })),
  };
}

export const TERMINAL_PICTURES: PictureSet = {
  names: [NAME],
  async draw(browser, keep): Promise<void> {
    await Deno.mkdir(FOLDER);
    try {
      const screen = await play();
      const file = join(browser.folder, "terminal.html");
      await Deno.writeTextFile(file, page(screen));
      const tab = await browser.newTab();
      await tab.show(SCREEN);
      await tab.go(`file://${file}`);
      await keep(NAME, await tab.picture());
    } finally {
      await Deno.remove(FOLDER, { recursive: true });
    }
  },
};

async function play(): Promise<Screen> {
  await using stage = await TerminalStage.set(NEWEST);
  scriptRoles(stage.model, {
    selector: [[{ message: '{"mode":"plan","reason":"code and a test"}' }]],
    planner: [[{ message: "Write it, then test it." }]],
    developer: [
      [
        steps(0),
        { patch: PATCH },
        { command: "deno test --allow-read=/", escalated: "A test reads outside of the folder" },
        { message: ANSWER },
      ],
      [steps(2), NEVER],
    ],
    reviewer: [[{ message: '{"verdict":"approved","summary":"good","findings":[]}' }]],
  });
  const chat = stage.show(["--cd", FOLDER]);
  await chat.sees(/\n›$/);
  await chat.type("Add a greeting, with a test\r");
  await chat.sees(/1-\d and Enter ›/);
  await chat.type("1\r");
  await chat.sees(/✓ Done/);
  await chat.type("Name it in the README\r");
  await chat.sees(/▸ Name it in the README/);
  await chat.type("그리고 changelog에도 적어 줘\r");
  await chat.sees(/1 request queued/);
  await chat.type("/steer keep it to one line");
  await chat.sees(/one line$/);
  return chat.screen;
}

const COLORS: Readonly<Record<string, string>> = {
  "1": "font-weight:bold",
  "2": "opacity:.6",
  "3": "font-style:italic",
  "4": "text-decoration:underline",
  "31": "color:#ff7b72",
  "32": "color:#7ee787",
  "33": "color:#e3b341",
  "34": "color:#79c0ff",
  "36": "color:#a5d6ff",
};

function page({ lines }: Screen): string {
  return `<!doctype html><meta charset="utf-8"><style>
body{margin:0;padding:14px 18px;background:#0d1117;color:#e6edf3}
pre{margin:0;font:14px/19px "DejaVu Sans Mono",monospace}
pre b{font-weight:inherit;display:inline-block;width:2ch;text-align:center}
</style><pre>${lines.map(lineHtml).join("\n")}</pre>`;
}

function lineHtml(cells: readonly Cell[]): string {
  return cells.map(({ text, look }, index) => {
    const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    // The Korean font is not exactly two columns wide, so its cells are set to that width.
    const wide = cells[index + 1]?.text === "" ? `<b>${escaped}</b>` : escaped;
    const style = look.split(";").map((code) => COLORS[code] ?? "").join(";");
    return look === "" ? wide : `<span style="${style}">${wide}</span>`;
  }).join("");
}
