import { arch, cpus, totalmem } from 'node:os';
import type { DeviceFacts } from '../../config/facts.ts';
import { limitedRun } from '../../launch/limitedRun.ts';
import { programsOnPath } from '../../launch/programsOnPath.ts';

type Gpu = NonNullable<DeviceFacts['gpus']>[number];

const SECONDS = 5;
const QUERY = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits'];

/** GPUs as PyTorch would use them. Runs NVIDIA's own program where it is on PATH. */
export async function machineGpus(): Promise<readonly Gpu[]> {
  if (process.platform === 'darwin') return appleGpus();
  const [program] = programsOnPath(['nvidia-smi']);
  if (program === undefined) return [];
  const { stdout, end } = await limitedRun(program, QUERY, { seconds: SECONDS });
  return end === 0 ? parseGpus(stdout) : [];
}

/** Apple's processors share their memory with their GPU. */
function appleGpus(): readonly Gpu[] {
  const name = cpus()[0]?.model ?? 'Apple';
  return arch() === 'arm64' ? [{ name, kind: 'mps', memory_bytes: totalmem() }] : [];
}

/** Lines as `NVIDIA H200, 143771`, the number in MiB; what is no such line is left out. */
export function parseGpus(text: string): Gpu[] {
  return text.split('\n').flatMap((line) => {
    const [, name, mebibytes] = /^(.+), *(\d+)\s*$/.exec(line) ?? [];
    if (name === undefined || mebibytes === undefined) return [];
    return [{ name: name.trim(), kind: 'cuda' as const, memory_bytes: Number(mebibytes) * 1024 ** 2 }];
  });
}
