import type { MarkView } from '../protocol/panelMessages.ts';
import type { RunState } from './runState.ts';
import { toArray } from './series.ts';

/** What happened in a run, in order. */
export function marksOf(state: RunState): MarkView[] {
  const { snapshot, final } = state;
  const marks: MarkView[] = [
    ...toArray(state.checkpoints).map(({ step, time }) => ({
      kind: step === state.bestStep ? ('best' as const) : ('checkpoint' as const),
      step,
      time: Date.parse(time),
      text: step === state.bestStep ? `best, checkpoint at step ${step}` : `checkpoint at step ${step}`,
    })),
    ...toArray(state.warnings).map(({ time, message }) => ({
      kind: 'warned' as const,
      step: undefined,
      time: Date.parse(time),
      text: message,
    })),
  ];
  if (snapshot !== undefined)
    marks.push({
      kind: 'teacher',
      step: snapshot.step,
      time: Date.parse(snapshot.time),
      text: `teacher taken at step ${snapshot.step}`,
    });
  marks.push(...resumeMark(state));
  if (final !== undefined) marks.push(finalMark(state, final));
  return marks.sort((a, b) => a.time - b.time);
}

function resumeMark({ hello, started, attempt }: RunState): MarkView[] {
  if (attempt < 2 || hello === undefined || started === undefined) return [];
  // Until it has started itself, what is known is where the attempt before it did.
  if (started.seq < hello.seq) return [];
  const step = started.resumed_from_step;
  return [
    {
      kind: 'resumed',
      step,
      time: Date.parse(hello.time),
      text: `resumed from step ${step} (attempt ${attempt})`,
    },
  ];
}

function finalMark(state: RunState, final: NonNullable<RunState['final']>): MarkView {
  const texts = {
    finished: 'finished',
    stopped: final.type === 'stopped' ? `stopped: ${final.reason}` : 'stopped',
    failed: final.type === 'failed' ? `failed: ${final.message}` : 'failed',
  };
  return { kind: final.type, step: state.step, time: Date.parse(final.time), text: texts[final.type] };
}
