import { livenessOf } from '../../../folder/identity.ts';
import { firstLine } from '../../../data/knowledge.ts';
import { fill } from '../../../data/wording.ts';
import type { ConversationCommand, Question } from '../../../protocol/commands.ts';
import type { Answer } from '../../../protocol/events.ts';
import type { Job } from '../../../protocol/runFiles.ts';
import { decodeGreedily } from '../evaluation/decode.ts';
import type { CommandBox, ReceivedCommand } from './commandBox.ts';
import { createProgress, type RunContext } from './context.ts';
import { openModel, type OpenModel } from './openModel.ts';

export type AskJob = Extract<Job, { kind: 'ask' }>;

/**
 * `holdfast ask`: holds one or two models and answers questions as they come, until a `stop`, until who asks is gone, or
 * until nobody has asked for a quarter of an hour. Does not wait for the device, as a run or a probe does: answers are short
 * and a person waits for them, also while a run has the processor.
 */
export async function askJob(
  context: RunContext,
  job: AskJob,
  questions: CommandBox<ConversationCommand>,
): Promise<void> {
  const { log, run, interrupted } = context;
  const folders = [...(job.before === undefined ? [] : [job.before]), run.config.model_name_or_path];
  const progress = createProgress(log, 'loading');
  const models = folders.map((folder) => openModel(folder, context.ops, progress));
  const asker = watchAsker(job);
  let lastAsked = performance.now();
  for (;;) {
    const found = questions.poll();
    for (const { id, problem } of found.broken)
      log.write({ type: 'acknowledged', command: id, accepted: false, reason: problem });
    for (const received of found.commands) carryOut(received, { context, job, models });
    if (found.commands.length > 0) lastAsked = performance.now();
    const reason =
      stopReasonOf(found.commands) ??
      reasonToEnd({
        isInterrupted: interrupted(),
        isAskerGone: asker.isGone(),
        idleSeconds: (performance.now() - lastAsked) / 1_000,
      });
    if (reason !== undefined) {
      log.write({ type: 'stopped', step: 0, reason });
      return;
    }
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}

const POLL_MS = 50;
/** Asking whether a process lives costs a second on some systems. */
const ASKER_MS = 3_000;
const LONGEST_IDLE_SECONDS = 15 * 60;

/** Why a conversation that nobody stopped should end; undefined while it should go on. */
export function reasonToEnd(now: {
  readonly isInterrupted: boolean;
  readonly isAskerGone: boolean;
  /** Since the last question. */
  readonly idleSeconds: number;
}): string | undefined {
  if (now.isInterrupted) return 'the engine was interrupted';
  if (now.isAskerGone) return 'the process that asked is gone';
  if (now.idleSeconds >= LONGEST_IDLE_SECONDS) return 'nothing was asked for 15 minutes';
  return undefined;
}

function watchAsker({ asker }: AskJob): { isGone: () => boolean } {
  let looked = performance.now();
  return {
    isGone: () => {
      if (performance.now() - looked < ASKER_MS) return false;
      looked = performance.now();
      return livenessOf(asker) === 'gone';
    },
  };
}

interface Conversation {
  readonly context: RunContext;
  readonly job: AskJob;
  readonly models: readonly OpenModel[];
}

type Received = ReceivedCommand<ConversationCommand>;

/** Acknowledges a command, and answers it if it is a question. */
function carryOut({ id, command }: Received, conversation: Conversation): void {
  const { log, run } = conversation.context;
  const { command: name } = command;
  const template = run.config.prompt_template;
  const refusal = refusalOf(command, template, conversation.models);
  log.write({ type: 'acknowledged', command: id, accepted: refusal === null, reason: refusal, name });
  if (command.command !== 'ask' || refusal !== null) return;
  const prompt = promptOf(command, template);
  const answers = conversation.models.map((opened) => answer(opened, prompt, conversation.job));
  log.write({ type: 'answered', command: id, answers });
}

/** Why the conversation ends, where one of the commands asks for it. */
function stopReasonOf(received: readonly Received[]): string | undefined {
  const stop = received.find(({ command }) => command.command === 'stop')?.command;
  return stop?.command === 'stop' ? (stop.reason ?? 'asked for') : undefined;
}

/** Why a command cannot be carried out; null if it can. */
function refusalOf(
  command: ConversationCommand,
  template: string,
  models: readonly OpenModel[],
): string | null {
  if (command.command === 'stop') return null;
  if (command.command !== 'ask') return 'an ask job only answers and stops';
  const prompt = promptOf(command, template);
  return models.every(({ tokenizer }) => tokenizer.encodeStart(prompt).length > 0)
    ? null
    : 'the question has no token that the model reads: ask something else';
}

function promptOf({ text, raw }: Question, template: string): string {
  return raw ? text : fill(template, text);
}

function answer({ folder, model, tokenizer }: OpenModel, prompt: string, job: AskJob): Answer {
  const { eosTokenId, newlineTokenIds } = tokenizer;
  const [ids = []] = decodeGreedily(model, [tokenizer.encodeStart(prompt)], {
    maxNewTokens: job.max_new_tokens,
    stopTokens: new Set([...newlineTokenIds, eosTokenId]),
    batchSize: 1,
    padId: eosTokenId,
  });
  const last = ids.at(-1);
  const isNewline = last !== undefined && newlineTokenIds.has(last);
  return {
    model: folder,
    text: firstLine(tokenizer.decode(ids)),
    tokens: ids.length,
    ended: last === eosTokenId ? 'end_token' : isNewline ? 'newline' : 'max_new_tokens',
  };
}
