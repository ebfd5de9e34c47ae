/** /new and /name: begins a conversation anew, and says or changes what it is called. */
import { nameTyped } from "../core/session/conversation_name.ts";
import type { Texts } from "../texts/texts.ts";
import type { Asking, Command, CommandContext, Press, Pressed } from "./command.ts";
import type { Run } from "../core/run/run.ts";
import { cancelSentences } from "./queue.ts";
import { type Choice, type Reply, ReplyBuilder, says } from "./reply.ts";
import { addAgents, agentSentences } from "./agents.ts";
import { addCommands, stoppedSentences } from "./terminals.ts";

export const newConversation: Command = {
  name: "new",
  where: "everywhere",
  section: "work",
  /**
   * `now` does not ask about work, `all` gives profile, model and effort back, too; `leave` does not
   * stop the commands that still run.
   */
  takes: {
    oneOf: ["all", "now"],
    also: ["all now", "now all", "leave", "all leave", "leave all"],
    refusesText: true,
  },
  needs: { disk: "change" },
  run: async (context) => {
    const words = context.args.split(" ");
    const all = words.includes("all");
    const leave = words.includes("leave");
    if (!words.includes("now") && !leave) {
      const question = await questionAboutWork(context, all);
      if (question !== undefined) return question;
    }
    const { reply, stopped } = await begin(context, { all, leave });
    if (stopped !== undefined) context.onStopping(stopped);
    return reply;
  },
  /**
   * `new:stop:<run>`, `new:all:<run>`, `new:leave:<run>`, `new:leaveall:<run>` or `new:keep:`, where
   * the run is of the last request then.
   */
  actions: { new: (press) => answered(press) },
};

const PRESSED = /^(stop|all|leave|leaveall|keep):(.*)$/;

async function answered(press: Press): Promise<Pressed> {
  const [, answer, asked] = PRESSED.exec(press.data) ?? [];
  if (answer === undefined) return "stale";
  const { session: { anew } } = press.texts;
  if (answer === "keep") return { edit: says(anew.kept) };
  const all = answer === "all" || answer === "leaveall";
  const leave = answer === "leave" || answer === "leaveall";
  // A later request was not asked about. After a new conversation there is none: a second press.
  if ((press.engine.lastRequest(press.session)?.runId ?? "") !== asked) {
    const question = await questionAboutWork(press, all);
    return question === undefined ? "stale" : { edit: question };
  }
  return { edit: (await begin(press, { all, leave })).reply };
}

type Beginning = Asking & Pick<CommandContext, "forgetAttachments">;

/** Stops and drops what there is, and begins anew. */
async function begin(
  context: Beginning,
  { all, leave }: { readonly all: boolean; readonly leave: boolean },
): Promise<{ readonly reply: Reply; readonly stopped?: Run }> {
  const { engine, session, texts, forgetAttachments } = context;
  const { commands } = context.sessionService;
  const running = await commands.ofConversation(session);
  const report = await engine.reset(session, { all });
  const agents = await context.sessionService.agents.stop(session);
  const ended = leave ? [] : stoppedSentences(await commands.stopThese(running), context);
  const left = leave ? running.commands.length : 0;
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
  const sentences = [
    ...cancelSentences(report, texts),
    ...agentSentences(agents, texts),
    ...ended,
  ];
  if (left > 0) sentences.push(anew.left(texts.run.stillRunning(left)));
  for (const sentence of sentences) lines.sentence(sentence).line();
  lines.text(anew.before).code(folder).text(anew.after(facts.join(", ")));
  const { stopped } = report;
  return { reply: lines.build(), ...(stopped === undefined ? {} : { stopped: stopped.run }) };
}

/** @returns undefined where nothing runs or waits */
async function questionAboutWork(asking: Asking, all: boolean): Promise<Reply | undefined> {
  const { engine, session, sessionService, texts } = asking;
  const running = await sessionService.commands.ofConversation(session);
  const agents = await sessionService.agents.list(session);
  const { active, waiting, awaitingConfirmation } = engine.queue(session);
  // Nothing of a request that waits at the head of the queue has begun.
  const runs = active !== undefined && (active.held ?? active.folderWait) === undefined;
  const held = active === undefined || runs ? 0 : 1;
  const waits = workText(
    runs,
    { queued: waiting.length + held, onHold: awaitingConfirmation.length },
    texts,
  );
  const commands = running.commands.length;
  if (waits === undefined && commands + agents.length === 0) return undefined;
  const { anew } = texts.session;
  const asked = engine.lastRequest(session)?.runId ?? "";
  const typed = all ? "/new all now" : "/new now";
  const lines = new ReplyBuilder();
  if (active?.run.goal !== undefined) lines.line(texts.goals.running);
  if (waits !== undefined) lines.line(waits);
  // Those of a request that runs stop with it.
  if (!runs && agents.length > 0) lines.line(`${texts.activity.agentsWork(agents.length)}:`);
  if (!runs) addAgents(lines, agents, texts);
  if (commands > 0) {
    lines.line(`${texts.run.stillRunning(commands)}:`);
    addCommands(lines, running, asking);
  }
  const leave: Choice = {
    label: anew.leave,
    action: `new:${all ? "leaveall" : "leave"}:${asked}`,
    typed: all ? "/new all leave" : "/new leave",
  };
  return lines.line(anew.ask).with({
    choices: [
      [
        { label: anew.stop, action: `new:${all ? "all" : "stop"}:${asked}`, typed },
        { label: anew.keep, action: "new:keep:" },
      ],
      ...(commands > 0 ? [[leave]] : []),
    ],
  }).build();
}

/** @returns undefined where nothing runs, waits or is on hold */
function workText(
  runs: boolean,
  { queued, onHold }: { readonly queued: number; readonly onHold: number },
  { session: { anew }, run }: Texts,
): string | undefined {
  const waits = [
    ...(queued === 0 ? [] : [run.waiting(queued)]),
    ...(onHold === 0 ? [] : [anew.onHold(onHold)]),
  ].join(", ");
  if (waits === "") return runs ? anew.running : undefined;
  return runs ? anew.runningAnd(waits) : `${waits}.`;
}

export const nameConversation: Command = {
  name: "name",
  where: "everywhere",
  section: "work",
  takes: { text: "text" },
  needs: { codex: "first", disk: "change" },
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
