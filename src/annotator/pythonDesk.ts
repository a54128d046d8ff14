import type { PythonSearch } from '../launch/pythonForEngine.ts';

/** Waits for the editor's word on which Python is there. */
export interface PythonDesk {
  readonly ask: () => Promise<PythonSearch>;
  /** undefined: nobody looked. */
  readonly answer: (search: PythonSearch | undefined) => void;
}

/** @param wish has the editor look */
export function createPythonDesk(wish: () => void): PythonDesk {
  const waiting: ((search: PythonSearch | undefined) => void)[] = [];
  return {
    ask: () =>
      new Promise((resolve, reject) => {
        waiting.push((search) => {
          if (search === undefined) reject(new Error('nobody looked for Python'));
          else resolve(search);
        });
        wish();
      }),
    answer: (search) => {
      for (const tell of waiting.splice(0)) tell(search);
    },
  };
}
