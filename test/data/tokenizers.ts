import { existsSync, readFileSync } from 'node:fs';
import { readTokenizer, type ModelTokenizer } from '../../src/data/tokenizer.ts';

/** Reads the files of a small tokenizer (scripts/golden/chat_templates.py); those of `instead` take their place. */
export function filesOf(name: string, instead: Readonly<Record<string, string>> = {}) {
  return (file: string): string | undefined => {
    const url = new URL(`../fixtures/tokenizers/${name}/${file}`, import.meta.url);
    return instead[file] ?? (existsSync(url) ? readFileSync(url, 'utf8') : undefined);
  };
}

/** @param chatTemplate as chat_template.jinja */
export function tokenizerOf(name: string, chatTemplate?: string): ModelTokenizer {
  const instead = chatTemplate === undefined ? {} : { 'chat_template.jinja': chatTemplate };
  const tokenizer = readTokenizer(filesOf(name, instead), name);
  if ('problem' in tokenizer) throw new Error(tokenizer.problem);
  return tokenizer;
}
