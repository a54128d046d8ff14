import { withLevels } from '../config/levels.ts';
import type { Problem } from '../config/problem.ts';
import { RULES } from '../config/rules/index.ts';
import type { Setup, ToldProblem } from './messages.ts';

/** Rules whose verdict a JSON Schema gives as well. */
const SHAPES: ReadonlySet<string> = new Set(
  RULES.flatMap(({ code, side }) => (side === 'shape' ? [code] : [])),
);

/** Problems under the levels of the user; what the editor's own schema check underlines is kept for its fixes and not shown. */
export function told(
  problems: readonly Problem[],
  { levels, schemaLanguages }: Pick<Setup, 'levels' | 'schemaLanguages'>,
  language: string,
): ToldProblem[] {
  const isSchemas = schemaLanguages.includes(language);
  return withLevels(problems, levels).map((problem) => ({
    ...problem,
    isShown: !(isSchemas && SHAPES.has(problem.code)),
  }));
}
