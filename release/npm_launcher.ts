#!/usr/bin/env node
/**
 * The command that `npm install` puts on the PATH. It starts the executable from the package for this
 * system, and passes streams, signals and the exit code on. Bundled to plain JavaScript, because it
 * runs in whatever Node there is.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { EXIT_CODES } from "../src/supervisor/exit_codes.ts";
import { packageFor, PROGRAM, suffixOf, type Target, TARGETS } from "./targets.ts";

const PASSED_ON = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

const require = createRequire(import.meta.url);
const system = `${process.platform}-${process.arch}`;
const target = TARGETS.find((each) => `${each.system}-${each.processor}` === system);
const executable = target === undefined ? undefined : findExecutable(target);
if (executable === undefined) {
  process.stderr.write(missing());
  process.exitCode = EXIT_CODES.config;
} else {
  shadow(executable);
}

/** Packages of the same scope as this one, which its own package.json names. */
function packageOf(target: Target): string {
  const { name }: { readonly name: string } = require("../package.json");
  return name.replace(/[^/]*$/, packageFor(target));
}

function findExecutable(target: Target): string | undefined {
  try {
    const found = require.resolve(`${packageOf(target)}/package.json`);
    return join(dirname(found), "bin", PROGRAM + suffixOf(target));
  } catch {
    // npm leaves out packages that do not fit, or that it was told to leave out.
    return undefined;
  }
}

function missing(): string {
  const known = TARGETS.map((each) => `${each.system}-${each.processor}`);
  const remedy = target === undefined
    ? `There is one for ${known.join(", ")}; elsewhere run it from its source, see the README`
    : `npm has left out the package ${packageOf(target)}: install again without --omit=optional ` +
      `(on Linux it needs glibc, which Alpine does not have)`;
  return `${PROGRAM}: there is no executable for ${system} here. ${remedy}\n`;
}

function shadow(program: string): void {
  // A terminal sends Ctrl-C to both; the program treats two at once as one. Listen before there is a
  // child: a signal in between must not end this process and leave the other one.
  for (const name of PASSED_ON) process.on(name, () => void child.kill(name));
  const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
  child.on("error", (error) => {
    process.stderr.write(`${PROGRAM}: cannot start ${program}: ${error.message}\n`);
    process.exitCode = EXIT_CODES.config;
  });
  child.on("exit", (code, signal) => {
    if (signal === null) return process.exit(code ?? EXIT_CODES.internal);
    // Whoever waits for this process must see the same end.
    for (const name of PASSED_ON) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}
