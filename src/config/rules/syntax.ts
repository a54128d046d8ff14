import type { Rule } from './rule.ts';

/** What the parser stumbled over, so that the list of rules is the whole list of what may be wrong. */
export const syntax: Rule = {
  code: 'config.syntax',
  level: 'error',
  check: ({ parsed }) => [...parsed.problems],
};
