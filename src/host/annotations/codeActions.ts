import {
  CodeAction,
  CodeActionKind,
  EndOfLine,
  Position,
  languages,
  type CodeActionContext,
  type TextDocument,
} from 'vscode';
import type { OfferedRefactoring, ToldProblem } from '../../annotator/messages.ts';
import type { Disposable } from '../../base/emitter.ts';
import type { TextEdit } from '../../config/problem.ts';
import { COMMANDS } from '../contributions.ts';
import { CONFIG_DOCUMENTS } from './documents.ts';
import type { ReferenceOf } from './reference.ts';
import type { Store } from './store.ts';
import { asDiagnostic, asWorkspaceEdit, rangeIn, SOURCE } from './translate.ts';

/** "Fix all": on save, if the user says so in `editor.codeActionsOnSave`. */
const FIX_ALL = CodeActionKind.SourceFixAll.append('holdfast');

/** Quick fixes, Fix All, a comment that ignores, and refactorings. */
export function provideCodeActions(
  store: Store,
  referenceOf: ReferenceOf,
  refactorings: (document: TextDocument) => Promise<readonly OfferedRefactoring[]>,
): Disposable {
  return languages.registerCodeActionsProvider(
    CONFIG_DOCUMENTS,
    {
      provideCodeActions: async (document, range, context) => {
        const problems = (await store.of(document))?.problems ?? [];
        const here = problems.filter(
          (problem) => rangeIn(document, problem.range).intersection(range) !== undefined,
        );
        return [
          ...(wants(context, CodeActionKind.QuickFix)
            ? quickFixes(document, { here, all: problems }, referenceOf)
            : []),
          ...(context.only !== undefined && wants(context, FIX_ALL) ? fixAll(document, problems) : []),
          ...(wants(context, CodeActionKind.Refactor) ? await refactorActions(document, refactorings) : []),
        ];
      },
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix, FIX_ALL, CodeActionKind.RefactorRewrite] },
  );
}

function wants({ only }: CodeActionContext, kind: CodeActionKind): boolean {
  return only === undefined || only.contains(kind) || kind.contains(only);
}

function quickFixes(
  document: TextDocument,
  { here, all }: { readonly here: readonly ToldProblem[]; readonly all: readonly ToldProblem[] },
  referenceOf: ReferenceOf,
): CodeAction[] {
  const fixes = here.flatMap((problem) =>
    (problem.fixes ?? []).map((fix, index) => {
      const action = new CodeAction(fix.title, CodeActionKind.QuickFix);
      action.diagnostics = problem.isShown ? [asDiagnostic(document, problem, referenceOf)] : [];
      action.edit = asWorkspaceEdit(document, fix.edits);
      action.isPreferred = fix.isCertain && index === 0;
      return action;
    }),
  );
  const certain = certainEdits(all);
  const whole = new CodeAction(`Fix all of ${SOURCE} that are certain`, CodeActionKind.QuickFix);
  whole.edit = asWorkspaceEdit(document, certain);
  return [
    ...fixes,
    ...(fixes.length > 0 && countCertain(all) > 1 ? [whole] : []),
    ...here.filter(({ level }) => level !== 'error').flatMap((problem) => ignoring(document, problem)),
  ];
}

/** The comment that `config/ignores` reads, on a line of its own: behind a value it could become part of it. JSON has none. */
function ignoring(document: TextDocument, problem: ToldProblem): CodeAction[] {
  if (document.languageId === 'json') return [];
  const { line } = document.positionAt(problem.range.offset);
  const indent = /^\s*/.exec(document.lineAt(line).text)?.[0] ?? '';
  const newline = document.eol === EndOfLine.CRLF ? '\r\n' : '\n';
  const action = new CodeAction(`Ignore ${problem.code} here`, CodeActionKind.QuickFix);
  action.edit = asWorkspaceEdit(document, []);
  const comment = `${indent}# holdfast-ignore ${problem.code}${newline}`;
  action.edit.insert(document.uri, new Position(line, 0), comment);
  return [action];
}

function fixAll(document: TextDocument, problems: readonly ToldProblem[]): CodeAction[] {
  const edits = certainEdits(problems);
  if (edits.length === 0) return [];
  const action = new CodeAction(`Fix all of ${SOURCE}`, FIX_ALL);
  action.edit = asWorkspaceEdit(document, edits);
  return [action];
}

function countCertain(problems: readonly ToldProblem[]): number {
  return problems.filter(({ fixes }) => fixes?.[0]?.isCertain === true).length;
}

/** Of fixes that would touch the same text, the first: the others come back with the next check, if they are still needed. */
function certainEdits(problems: readonly ToldProblem[]): TextEdit[] {
  const taken: TextEdit[] = [];
  for (const { fixes } of problems) {
    const [fix] = fixes ?? [];
    if (fix?.isCertain !== true) continue;
    const isFree = fix.edits.every((edit) => taken.every((other) => !overlaps(edit, other)));
    if (isFree) taken.push(...fix.edits);
  }
  return taken;
}

function overlaps({ range: a }: TextEdit, { range: b }: TextEdit): boolean {
  return a.offset <= b.offset + b.length && b.offset <= a.offset + a.length;
}

async function refactorActions(
  document: TextDocument,
  refactorings: (document: TextDocument) => Promise<readonly OfferedRefactoring[]>,
): Promise<CodeAction[]> {
  // Fixes are there without it.
  const offered = await refactorings(document).catch(() => []);
  return offered.map(({ title, edits, move }) => {
    const action = new CodeAction(title, CodeActionKind.RefactorRewrite);
    if (move === undefined) action.edit = asWorkspaceEdit(document, edits);
    else action.command = { title, command: COMMANDS.splitOffEvaluation, arguments: [document.uri] };
    return action;
  });
}
