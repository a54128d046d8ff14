import { setTimeout as delay } from 'node:timers/promises';
import { currentIdentity } from '../folder/identity.ts';
import { jobProblem, removeJob } from '../launch/jobs.ts';
import { sendQuestion } from '../launch/sendCommand.ts';
import { stopRun } from '../launch/stopRun.ts';
import { watchRun } from '../launch/watchRun.ts';
import type { Question } from '../protocol/commands.ts';
import type { Answer } from '../protocol/events.ts';
import { RunConfigSchema, type RunConfig } from '../protocol/runConfig.ts';
import { lastItem } from '../runs/series.ts';
import type { FoundModel } from './findModel.ts';
import { createJobView, jobRoot, startJob } from './job.ts';
import type { Services } from './services.ts';
import { printable } from './terminal.ts';
import { UserError } from './userError.ts';

/** An engine that holds models and waits for questions, one at a time. */
export interface Conversation {
  /** Answers, one per model, the one before first. Rejects with one sentence where the engine refuses, fails or is gone. */
  readonly ask: (question: Pick<Question, 'text' | 'raw'>) => Promise<readonly Answer[]>;
  /** Ends the engine and removes its folder, unless it failed. */
  readonly end: () => Promise<void>;
}

export interface ConversationOptions {
  readonly model: FoundModel;
  readonly before: FoundModel | undefined;
  readonly settings: Pick<RunConfig, 'engine' | 'trust_remote_code'>;
  /** Holds {question}. */
  readonly template: string;
}

const MAX_NEW_TOKENS = 64;
/** A person waits: as soon as can be. */
const LOOK_MS = 30;
/** An engine in the middle of an answer looks at commands when it is done. */
const GRACE_SECONDS = 5;

/** Starts the engine; the models are loaded while the first question is put. Rejects with one sentence where it cannot be. */
export async function openConversation(
  { model, before, settings, template }: ConversationOptions,
  services: Services,
): Promise<Conversation> {
  // It trains on nothing and reads no file: the one name that a config cannot do without is never looked up.
  const config = RunConfigSchema.parse({
    version: 1,
    ...settings,
    model_name_or_path: model.folder,
    train_file: 'none',
    prompt_template: template,
    probes: { sets: [] },
  });
  const kind = {
    kind: 'ask' as const,
    max_new_tokens: MAX_NEW_TOKENS,
    asker: currentIdentity(),
    ...(before === undefined ? {} : { before: before.folder }),
  };
  const job = await startJob({ root: jobRoot(services), config, job: kind }, services);
  const source = watchRun(job.folder, 1);
  const view = createJobView(services.terminal);
  let hasFailed = false;

  const waitFor = async (id: string): Promise<readonly Answer[]> => {
    try {
      for (;;) {
        const seen = source.look();
        const answered = lastItem(seen.state.answers);
        if (answered?.command === id) return answered.answers;
        const acknowledged = lastItem(seen.state.acknowledgements);
        if (acknowledged?.command === id && !acknowledged.accepted)
          throw new UserError(
            `The engine refuses the question: ${printable(acknowledged.reason ?? 'no reason')}.`,
          );
        if (seen.state.final !== undefined || seen.hasEnded || seen.state.problem !== undefined) {
          hasFailed = seen.state.final?.type !== 'stopped';
          throw new Error(jobProblem(seen, job.folder));
        }
        if (seen.state.progress !== undefined) view.show(seen.state, seen.status);
        await delay(LOOK_MS);
      }
    } finally {
      view.done();
    }
  };
  return {
    ask: (question) => waitFor(sendQuestion(job.folder, question)),
    end: async () => {
      source.dispose();
      await stopRun(job.folder, { graceSeconds: GRACE_SECONDS });
      if (!hasFailed) removeJob(job.folder);
    },
  };
}
