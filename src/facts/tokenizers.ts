import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { messageOf } from '../base/text.ts';
import { readTokenizer, TOKENIZER_FILES, type ModelTokenizer } from '../data/tokenizer.ts';
import type { Access } from './access.ts';

/** Whose tokenizer is wanted, and by whom. */
export interface TokenizerPlace {
  readonly folder: string;
  readonly access: Access;
  readonly isTrusted: boolean;
}

/** A folder's tokenizer. */
export interface FoundTokenizer {
  /** Of all that makes it up, hexadecimal. */
  readonly sha256: string;
  /** Made when it is first asked for, which takes up to a second; or one sentence that says what is wrong and the cure. */
  readonly tokenizer: () => ModelTokenizer | { readonly problem: string };
}

export interface Tokenizers {
  /** Changes whenever a file of the folder's tokenizer does. */
  readonly stamp: (folder: string, access: Access) => string;
  readonly of: (place: TokenizerPlace) => FoundTokenizer;
}

/** The largest vocabularies take some 35 MB of JSON. */
const MAX_BYTES = 128e6;
/** A hostile one takes a hundred times its length in memory, and running out of that would end the whole process. */
const MAX_BYTES_UNTRUSTED = 16e6;
/** A vocabulary of 150,000 tokens takes some 100 MB of memory. */
const MOST_KEPT = 2;
const FILES = [...TOKENIZER_FILES, 'config.json', 'generation_config.json'];

/** Makes tokenizers once and keeps the last ones, for as long as their files stay what they are. */
export function createTokenizers(): Tokenizers {
  const kept = new Map<string, FoundTokenizer>();
  const stamp = (folder: string, access: Access): string =>
    FILES.map((name) => access.stamp(join(folder, name)) ?? '-').join(';');
  return {
    stamp,
    of: (place) => {
      const key = `${place.isTrusted} ${place.folder}\0${stamp(place.folder, place.access)}`;
      const found = kept.get(key) ?? read(place);
      kept.delete(key);
      kept.set(key, found);
      for (const old of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(old);
      return found;
    },
  };
}

function read({ folder, access, isTrusted }: TokenizerPlace): FoundTokenizer {
  const texts = new Map<string, string>();
  const problems: string[] = [];
  const hash = createHash('sha256');
  for (const name of FILES) {
    const found = access.readText(join(folder, name), isTrusted ? MAX_BYTES : MAX_BYTES_UNTRUSTED);
    if (found !== undefined && 'text' in found) texts.set(name, found.text);
    else if (found !== undefined) problems.push(`${join(folder, name)} (${found.problem})`);
    hash.update(`${name}\0${texts.get(name)?.length ?? -1}\0${texts.get(name) ?? ''}`);
  }
  let made: Made | undefined;
  const make = (): Made => {
    const [problem] = problems;
    made = problem === undefined ? madeOf(texts, folder) : { problem: cannotRead(problem, isTrusted) };
    // The texts are as large again as what is made of them, and are not needed any more.
    texts.clear();
    return isTrusted || 'problem' in made ? made : (made = withoutTemplate(made));
  };
  return { sha256: hash.digest('hex'), tokenizer: () => made ?? make() };
}

type Made = ReturnType<FoundTokenizer['tokenizer']>;

function cannotRead(file: string, isTrusted: boolean): string {
  const cure = isTrusted ? 'copy or download it again' : 'trust the workspace, or copy it again';
  return `Cannot read the tokenizer file ${file}: ${cure}.`;
}

/** A template is a program, and in Restricted Mode no program of the workspace runs. */
function withoutTemplate(tokenizer: ModelTokenizer): ModelTokenizer {
  const problem = 'is a conversation, and chat templates are not rendered before the workspace is trusted';
  return tokenizer.chat === undefined ? tokenizer : { ...tokenizer, chat: { render: () => ({ problem }) } };
}

/** Files that are no tokenizer in ways nobody thought of must not keep all else from being known. */
function madeOf(texts: ReadonlyMap<string, string>, folder: string): Made {
  try {
    return readTokenizer((name) => texts.get(name), folder);
  } catch (error) {
    const problem = `The tokenizer in ${folder} could not be made (${messageOf(error)}): save it again with a current transformers.`;
    return { problem };
  }
}
