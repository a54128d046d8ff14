import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { messageOf } from '../base/text.ts';
import { parseConfigText } from '../config/parse.ts';
import { printable } from './terminal.ts';
import { UserError } from './userError.ts';

/** A wording given on a command line, where a line break is hard to type: `\n` is one. Must hold `{question}`. */
export function readWording(text: string): string {
  const wording = text.replaceAll('\\n', '\n');
  if (!wording.includes('{question}'))
    throw new UserError(
      `The prompt "${printable(text)}" has no {question}: write the place of the question, as in "Q: {question}\\nA:".`,
    );
  return wording;
}

/**
 * Wordings from a file: the `probes.prompts` of a config (.yaml, .yml, .json), else one wording a line.
 * Throws UserError where there are none.
 */
export function readWordings(file: string, from: string): string[] {
  const text = readText(file, from);
  const wordings = /\.(ya?ml|json)$/i.test(file)
    ? promptsOf(text)
    : text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (wordings === undefined || wordings.length === 0)
    throw new UserError(
      `${file} has no prompts: give a config with probes.prompts, or a text file with one prompt a line.`,
    );
  return wordings.map(readWording);
}

const ConfigSchema = z.object({ probes: z.object({ prompts: z.array(z.string()) }) });

function promptsOf(text: string): string[] | undefined {
  const parsed = ConfigSchema.safeParse(parseConfigText(text).value);
  return parsed.success ? parsed.data.probes.prompts : undefined;
}

function readText(file: string, from: string): string {
  try {
    return readFileSync(resolve(from, file), 'utf8');
  } catch (error) {
    throw new UserError(
      `${file} could not be read (${messageOf(error)}): give the path of a file with prompts.`,
    );
  }
}
