import { Diagnostic, DiagnosticSeverity, Range, WorkspaceEdit, type TextDocument } from 'vscode';
import type { Problem, TextEdit } from '../../config/problem.ts';
import type { ReferenceOf } from './reference.ts';

/** A stretch of a text, by its offset, in an editor's lines and columns. */
export function rangeIn(
  document: TextDocument,
  range: { readonly offset: number; readonly length: number },
): Range {
  return new Range(document.positionAt(range.offset), document.positionAt(range.offset + range.length));
}

/** What all diagnostics are filed under, in the list of problems and by tools that filter it. */
export const SOURCE = 'Holdfast';

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Information,
} as const;

export function asDiagnostic(
  document: TextDocument,
  { range, message, level, code }: Problem,
  referenceOf: ReferenceOf,
): Diagnostic {
  const diagnostic = new Diagnostic(rangeIn(document, range), message, SEVERITIES[level]);
  diagnostic.source = SOURCE;
  diagnostic.code = { value: code, target: referenceOf(code) };
  return diagnostic;
}

export function asWorkspaceEdit(document: TextDocument, edits: readonly TextEdit[]): WorkspaceEdit {
  const edit = new WorkspaceEdit();
  for (const { range, replacement } of edits)
    edit.replace(document.uri, rangeIn(document, range), replacement);
  return edit;
}
