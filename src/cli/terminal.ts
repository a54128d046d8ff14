import { styleText } from 'node:util';

/** Where a command speaks: results on stdout, progress and complaints on stderr. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether stderr is a screen that can be redrawn. */
  readonly isLive: boolean;
  readonly columns: number;
  readonly style: Style;
}

type Format = Parameters<typeof styleText>[0];
export type Style = (format: Format, text: string) => string;

/** The process's own terminal; NO_COLOR and pipes get plain text. */
export function processTerminal(): Terminal {
  const isColoured = process.stdout.isTTY && process.env.NO_COLOR === undefined;
  return {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    isLive: process.stderr.isTTY,
    columns: process.stderr.columns || 100,
    style: isColoured ? (format, text) => styleText(format, text) : (_format, text) => text,
  };
}

/** Text from data, models and run folders: without control characters, which could steer the terminal. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are exactly the characters to take out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, ' ');
}
