import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Examples } from '../../../src/config/rules/examples.ts';
import { RULES } from '../../../src/config/rules/index.ts';
import type { Rule } from '../../../src/config/rules/rule.ts';

/** A file of src/config/rules. */
export interface RuleModule {
  readonly file: string;
  readonly rule: Rule;
  /** undefined where somebody has forgotten them: a test says so. */
  readonly examples: Examples | undefined;
}

const FOLDER = new URL('../../../src/config/rules/', import.meta.url);
const NO_RULES = ['rule.ts', 'examples.ts', 'index.ts'];

/** Every rule with the cases that stand beside it. */
export const RULE_MODULES: readonly RuleModule[] = await Promise.all(
  readdirSync(fileURLToPath(FOLDER))
    .filter((name) => name.endsWith('.ts') && !NO_RULES.includes(name))
    .map(load),
);

async function load(file: string): Promise<RuleModule> {
  const module = (await import(new URL(file, FOLDER).href)) as Readonly<Record<string, unknown>>;
  const rule = Object.values(module).find((value): value is Rule => RULES.includes(value as Rule));
  if (rule === undefined) throw new Error(`${file} has no rule that is registered: npm run generate`);
  return { file, rule, examples: module.examples as Examples | undefined };
}
