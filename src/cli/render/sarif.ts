import { pathToFileURL } from 'node:url';
import type { Level, Problem } from '../../config/problem.ts';
import type { RuleText } from '../../config/rules/rule.ts';

/** Problems of one config. */
export interface CheckedFile {
  /** Absolute. */
  readonly path: string;
  readonly problems: readonly Problem[];
}

const LEVELS: Readonly<Record<Level, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  hint: 'note',
};

/**
 * SARIF 2.1.0 (OASIS standard), as code hosts read it: every rule once, every problem with its region, and fixes where there are any.
 * @param base absolute path of the folder that file names start at: the repository, where it is given there
 */
export function asSarif(
  files: readonly CheckedFile[],
  rules: readonly RuleText[],
  { version, base }: { readonly version: string; readonly base: string },
): object {
  const index = new Map(rules.map(({ code }, position) => [code, position]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Holdfast', version, rules: rules.map(describeRule) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { ROOT: { uri: `${pathToFileURL(base).href}/` } },
        results: files.flatMap((file) =>
          file.problems.map((problem) => resultOf(file, problem, index.get(problem.code), base)),
        ),
      },
    ],
  };
}

function describeRule({ code, level, what, why, cure }: RuleText): object {
  return {
    id: code,
    shortDescription: { text: what },
    fullDescription: { text: why },
    help: { text: cure },
    defaultConfiguration: { level: LEVELS[level] },
  };
}

function resultOf(
  { path }: CheckedFile,
  problem: Problem,
  ruleIndex: number | undefined,
  base: string,
): object {
  const artifactLocation = artifactOf(path, base);
  const { code, level, message, range, fixes = [] } = problem;
  return {
    ruleId: code,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[level],
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation,
          region: {
            startLine: range.line,
            startColumn: range.column,
            charOffset: range.offset,
            charLength: range.length,
          },
        },
      },
    ],
    ...(fixes.length === 0
      ? {}
      : {
          fixes: fixes.map(({ title, edits }) => ({
            description: { text: title },
            artifactChanges: [
              {
                artifactLocation,
                replacements: edits.map(({ range: { offset, length }, replacement }) => ({
                  deletedRegion: { charOffset: offset, charLength: length },
                  insertedContent: { text: replacement },
                })),
              },
            ],
          })),
        }),
  };
}

/** Below `base` relative to it, so that a report is the same on every machine. */
function artifactOf(path: string, base: string): object {
  const root = `${pathToFileURL(base).href}/`;
  const uri = pathToFileURL(path).href;
  return uri.startsWith(root) ? { uri: uri.slice(root.length), uriBaseId: 'ROOT' } : { uri };
}
