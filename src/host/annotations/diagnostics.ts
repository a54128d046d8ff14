import { languages, type TextDocument } from 'vscode';
import type { Annotations } from '../../annotator/messages.ts';
import type { Disposable } from '../../base/emitter.ts';
import type { ReferenceOf } from './reference.ts';
import { asDiagnostic, SOURCE } from './translate.ts';

export interface Diagnostics extends Disposable {
  readonly show: (document: TextDocument, annotations: Annotations) => void;
  readonly forget: (document: TextDocument) => void;
}

export function createDiagnostics(referenceOf: ReferenceOf): Diagnostics {
  const shown = languages.createDiagnosticCollection(SOURCE);
  return {
    show: (document, { problems }) => {
      const visible = problems.filter(({ isShown }) => isShown);
      shown.set(
        document.uri,
        visible.map((problem) => asDiagnostic(document, problem, referenceOf)),
      );
    },
    forget: (document) => shown.delete(document.uri),
    dispose: () => shown.dispose(),
  };
}
