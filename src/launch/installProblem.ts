/** What installers print where something common went wrong, and what to do about it. */
const CURES: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [
    /No space left on device|ENOSPC|Disk quota exceeded|os error 28|os error 122|not enough space on the disk/i,
    'The disk is full: PyTorch needs about 1 GB without CUDA and 6 GB with it, so free some space (HOLDFAST_HOME may name another disk) and try again.',
  ],
  [
    /ensurepip is not available|No module named venv|No module named ensurepip|python3(\.\d+)?-venv/i,
    'This Python cannot make environments because its venv module is not installed: install it (on Debian and Ubuntu: sudo apt install python3-venv), or uv from docs.astral.sh/uv, and try again.',
  ],
  [
    /name resolution|NewConnectionError|Network is unreachable|Connection refused|Connection reset|ConnectTimeout|Read timed out|dns error|error sending request|Failed to fetch|Could not connect|ProxyError|SSLError|CERTIFICATE_VERIFY_FAILED/i,
    'The packages could not be downloaded: check the network, the proxy or the index of pip, and try again.',
  ],
  [
    /No matching distribution found|Could not find a version that satisfies|No solution found|has no wheels with a matching/i,
    'There is no build of all packages for this Python and this machine: choose another Python with --python, or another index with --index-url.',
  ],
];

/** One sentence about an installer that failed, from what it printed. @param end its exit code, or what became of it */
export function installProblem(command: string, end: number | string, output: string): string {
  const cure = CURES.find(([pattern]) => pattern.test(output));
  if (cure !== undefined) return cure[1];
  const last = output.trim().split('\n').at(-1)?.trim().slice(0, 300) ?? '';
  const how = typeof end === 'number' ? `ended with exit code ${end}` : end;
  return `${command} ${how}${last === '' ? '' : ` (${last})`}: mend that and try again.`;
}
