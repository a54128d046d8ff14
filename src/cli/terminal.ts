import { styleText } from 'node:util';
import { logUpdateStderr } from 'log-update';

/** Where a command speaks: results on stdout, progress and complaints on stderr. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** The lines at the bottom of stderr that can be redrawn; undefined where it is no screen. */
  readonly block: Block | undefined;
  /** Width of stderr in characters, as it is now: a window may be resized. */
  readonly columns: () => number;
  /** For stderr. */
  readonly style: Style;
  /** For stdout, which may be a pipe where stderr is a screen. */
  readonly outStyle: Style;
}

/** A part of the screen that is drawn again and again. */
export interface Block {
  readonly draw: (lines: readonly string[]) => void;
  /** Takes it off, so that a line that stays can be written in its place. */
  readonly clear: () => void;
  /** Leaves it as it is for good; the next one begins below. */
  readonly done: () => void;
}

type Format = Parameters<typeof styleText>[0];
export type Style = (format: Format, text: string) => string;

/** The process's own terminal; NO_COLOR and pipes get plain text. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  return {
    out: (text) => stdout.write(`${text}\n`),
    err: (text) => stderr.write(`${text}\n`),
    block: stderr.isTTY ? stderrBlock : undefined,
    columns: () => stderr.columns || 100,
    style: styleFor(stderr),
    outStyle: styleFor(stdout),
  };
}

function styleFor({ isTTY }: { readonly isTTY: boolean }): Style {
  const isColoured = isTTY && (process.env.NO_COLOR ?? '') === '';
  return isColoured ? (format, text) => styleText(format, text) : (_format, text) => text;
}

const stderrBlock: Block = {
  draw: (lines) => logUpdateStderr(lines.join('\n')),
  clear: () => logUpdateStderr.clear(),
  done: () => logUpdateStderr.done(),
};

/** Text from data, models and run folders: without control characters, which could steer the terminal. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are exactly the characters to take out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, ' ');
}
