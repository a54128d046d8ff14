import type { PythonReport } from '../protocol/pythonReport.ts';
import { isAtLeast, MIN_PYTHON, type Requirement } from './torchRequirements.ts';

/** Why an interpreter cannot run the torch engine. */
export interface Unusable {
  readonly kind: 'unusable';
  /** A sentence without its end: the cure follows. */
  readonly problem: string;
  /** How far it is from being usable, 0: no Python at all. */
  readonly stage: number;
}

/** An interpreter that can. */
export interface UsablePython {
  readonly kind: 'usable';
  readonly command: string;
  readonly report: PythonReport;
  /** Sentences: what it could do better. */
  readonly warnings: readonly string[];
}

/** How to get an interpreter that can; follows a colon. */
export const SET_UP = 'run "holdfast setup torch", or "Holdfast: Set Up Torch Engine" in the editor';

/** @param hasNvidia whether this machine has an NVIDIA GPU, as far as its driver says */
export function judgePython(
  command: string,
  report: PythonReport | { readonly problem: string },
  requirements: readonly Requirement[],
  hasNvidia: boolean,
): UsablePython | Unusable {
  const fail = (stage: number, problem: string): Unusable => ({ kind: 'unusable', problem, stage });
  if ('problem' in report) return fail(0, `${command} ${report.problem}`);
  const name = `Python ${report.python} (${command})`;
  if (!isAtLeast(report.python, MIN_PYTHON))
    return fail(1, `${name} is too old: the torch engine needs ${MIN_PYTHON} or newer`);
  const needsTorch = requirements.some((requirement) => requirement.name === 'torch');
  if (needsTorch && (report.packages.torch ?? null) === null) return fail(2, `${name} has no PyTorch`);
  const lacking = requirements.flatMap((requirement) => lackOf(requirement, report) ?? []);
  if (lacking.length > 0) return fail(3, `${name} lacks ${lacking.join(', ')}`);
  if (needsTorch && report.torch === null)
    return fail(
      4,
      `PyTorch of ${name} cannot be imported (${oneLine(report.import_error ?? 'no reason given')})`,
    );
  return { kind: 'usable', command, report, warnings: warningsOf(command, report.torch, hasNvidia) };
}

/** What is missing of a package, if anything: transformers 4.56 or newer (4.40.1 is there). */
function lackOf({ name, atLeast }: Requirement, { packages }: PythonReport): string | undefined {
  const version = packages[name] ?? null;
  if (version === null) return name;
  return isAtLeast(version, atLeast) ? undefined : `${name} ${atLeast} or newer (${version} is there)`;
}

function warningsOf(command: string, torch: PythonReport['torch'], hasNvidia: boolean): string[] {
  if (torch === null || !hasNvidia || torch.gpus.length > 0) return [];
  return torch.cuda === null
    ? [
        `PyTorch of ${command} is a build without CUDA, and this machine has an NVIDIA GPU, so runs use the processor: install the build for CUDA as pytorch.org says, or run "holdfast setup torch --index-url URL" with the URL that it names.`,
      ]
    : [
        `PyTorch of ${command}, built for CUDA ${torch.cuda}, sees no GPU although this machine has one, so runs use the processor: update the NVIDIA driver, or install a build for an older CUDA as pytorch.org says.`,
      ];
}

/** What runs will use, for people. */
export function deviceOf({ torch }: PythonReport): string {
  if (torch === null) return 'no PyTorch';
  const [first, ...others] = torch.gpus;
  if (first !== undefined) {
    const kind = torch.hip === null ? 'CUDA' : 'ROCm';
    return `${kind}: ${first}${others.length > 0 ? ` and ${others.length} more` : ''}`;
  }
  return torch.mps ? 'Apple GPU' : 'processor only';
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 300);
}
