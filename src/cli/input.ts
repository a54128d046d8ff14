import { createInterface } from 'node:readline';

/** What comes on stdin, line by line. */
export interface Input {
  /** Whether a person types it. */
  readonly isTyped: boolean;
  /** Ends at the end of the input, and where a person presses Ctrl-C or Ctrl-D. */
  readonly lines: () => AsyncIterable<string>;
}

/** The process's own input. The prompt is shown on stderr, and only to a person: stdout is for results. */
export function processInput(prompt: string): Input {
  const isTyped = process.stdin.isTTY;
  return { isTyped, lines: () => readLines(prompt, isTyped) };
}

async function* readLines(prompt: string, isTyped: boolean): AsyncGenerator<string> {
  const reader = createInterface({
    input: process.stdin,
    ...(isTyped ? { output: process.stderr, terminal: true } : { terminal: false }),
    prompt,
  });
  reader.on('SIGINT', () => reader.close());
  try {
    if (isTyped) reader.prompt();
    for await (const line of reader) {
      yield line;
      if (isTyped) reader.prompt();
    }
  } finally {
    reader.close();
  }
}
