import { describe, expect, it } from 'vitest';
import { createView } from '../../src/cli/view.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { stateAfter, type Said } from '../runs/events.ts';

/** A terminal that writes down what happens to it. */
function recordingTerminal(isScreen: boolean): { terminal: Terminal; log: string[] } {
  const log: string[] = [];
  const terminal: Terminal = {
    out: (text) => log.push(`out ${text}`),
    err: (text) => log.push(`err ${text}`),
    block: isScreen
      ? {
          draw: (lines) => log.push(`draw ${lines.length}`),
          clear: () => log.push('clear'),
          done: () => log.push('done'),
        }
      : undefined,
    columns: () => 80,
    style: (_format, text) => text,
    outStyle: (_format, text) => text,
  };
  return { terminal, log };
}

const started: Said[] = [['hello'], ['started']];
const warned: Said[] = [...started, ['warned', { message: 'careful' }]];

describe('a followed run', () => {
  it('on a screen: lines that stay replace the block, which is drawn again below', () => {
    const { terminal, log } = recordingTerminal(true);
    const view = createView(terminal);
    view.show(stateAfter(...started), 'running');
    view.show(stateAfter(...warned), 'running');
    view.show(stateAfter(...warned), 'running');
    view.done();
    expect(log).toEqual(['draw 1', 'clear', 'err warning: careful', 'draw 1', 'draw 1', 'done']);
  });

  it('in a log: what is new, once, and never on stdout', () => {
    const { terminal, log } = recordingTerminal(false);
    const view = createView(terminal);
    view.show(stateAfter(...started), 'running');
    view.show(stateAfter(...warned), 'running');
    view.show(stateAfter(...warned), 'running');
    view.done();
    expect(log).toEqual(['err warning: careful']);
  });
});
