/** /new and /name: begins a conversation anew, and says or changes what it is called. */
import { nameTyped } from "../core/session/conversation_name.ts";
import type { Texts } from "../texts/texts.ts";
import type { Asking, Command, CommandContext, Press, Pressed } from "./command.ts";
import type { Run } from "../core/run/run.ts";
import { cancelSentences } from "./queue.ts";
import { type Reply, ReplyBuilder, says } from "./reply.ts";

export const newConversation: Command = {
  name: "new",
  where: "everywhere",
  section: "work",
  /** `now` does not ask about work, `all` gives profile, model and effort back, too. */
  takes: { oneOf: ["all", "now"], also: ["all now", "now all"], refusesText: true },
  needs: { disk: "change" },
  run: async (context) => {
    const words = context.args.split(" ");
    const all = words.includes("all");
    if (!words.includes("now")) {
      const question = questionAboutWork(context, all);
      if (question !== undefined) return question;
    }
    const { reply, stopped } = await begin(context, all);
    if (stopped !== undefined) context.onStopping(stopped);
    return reply;
  },
  /** `new:stop:<run>`, `new:all:<run>` or `new:keep:`, where the run is of the last request then. */
  actions: { new: (press) => answered(press) },
};

const PRESSED = /^(stop|all|keep):(.*)$/;

async function answered(press: Press): Promise<Pressed> {
  const [, answer, asked] = PRESSED.exec(press.data) ?? [];
  if (answer === undefined) return "stale";
  const { session: { anew } } = press.texts;
  if (answer === "keep") return { edit: says(anew.kept) };
  const all = answer === "all";
  // A later request was not asked about. After a new conversation there is none: a second press.
  if ((press.engine.lastRequest(press.session)?.runId ?? "") !== asked) {
    const question = questionAboutWork(press, all);
    return question === undefined ? "stale" : { edit: question };
  }
  return { edit: (await begin(press, all)).reply };
}

type Beginning = Asking & Pick<CommandContext, "forgetAttachments">;

/** Stops and drops what there is, and begins anew. */
async function begin(
  context: Beginning,
  all: boolean,
): Promise<{ readonly reply: Reply; readonly stopped?: Run }> {
  const { engine, session, texts, forgetAttachments } = context;
  const report = await engine.reset(session, { all });
  forgetAttachments();
  const { profile, session: { mode, model, reasoningEffort } } = await engine.status(session);
  const { anew, labels } = texts.session;
  const facts = [
    anew.profile(profile.name),
    anew.mode(mode),
    ...(model === undefined ? [] : [`${labels.model} ${model}`]),
    ...(reasoningEffort === undefined ? [] : [`${labels.effort} ${reasoningEffort}`]),
  ];
  const { machine, workingDirectory } = profile;
  const folder = machine === undefined ? workingDirectory : `${machine}:${workingDirectory}`;
  const lines = new ReplyBuilder();
  for (const sentence of cancelSentences(report, texts)) lines.sentence(sentence).line();
  lines.text(anew.before).code(folder).text(anew.after(facts.join(", ")));
  const { stopped } = report;
  return { reply: lines.build(), ...(stopped === undefined ? {} : { stopped: stopped.run }) };
}

/** @returns undefined where nothing runs or waits */
function questionAboutWork({ engine, session, texts }: Asking, all: boolean): Reply | undefined {
  const { active, waiting, awaitingConfirmation } = engine.queue(session);
  // Nothing of a held request has begun.
  const runs = active !== undefined && active.held === undefined;
  const held = active === undefined || runs ? 0 : 1;
  const queued = waiting.length + awaitingConfirmation.length + held;
  if (!runs && queued === 0) return undefined;
  const { anew } = texts.session;
  const asked = engine.lastRequest(session)?.runId ?? "";
  const typed = all ? "/new all now" : "/new now";
  return new ReplyBuilder().line(workText(runs, queued, texts)).line(anew.ask).with({
    choices: [[
      { label: anew.stop, action: `new:${all ? "all" : "stop"}:${asked}`, typed },
      { label: anew.keep, action: "new:keep:" },
    ]],
  }).build();
}

function workText(runs: boolean, queued: number, { session: { anew }, run }: Texts): string {
  if (!runs) return `${run.waiting(queued)}.`;
  return queued === 0 ? anew.running : anew.runningAnd(run.waiting(queued));
}

export const nameConversation: Command = {
  name: "name",
  where: "everywhere",
  section: "work",
  takes: { text: "text" },
  needs: { codex: true, disk: "change" },
  run: async ({ args, sessionService, session, texts, redact, status }) => {
    const { naming } = texts.session;
    const wanted = nameTyped(args);
    if (wanted === "") {
      const { name } = (await status()).session;
      return says(name === undefined ? naming.none : naming.present(redact(name)));
    }
    const { codexRefused } = await sessionService.nameConversation(session, wanted);
    const lines = new ReplyBuilder().line(naming.set(redact(wanted)));
    return codexRefused ? lines.line(naming.notInCodex).build() : lines.build();
  },
};
