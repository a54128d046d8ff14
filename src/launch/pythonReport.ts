import { decodeFile } from '../protocol/decode.ts';
import { PythonReportSchema, type PythonReport } from '../protocol/pythonReport.ts';
import { limitedRun } from './limitedRun.ts';
import type { Requirement } from './torchRequirements.ts';

/** Importing PyTorch from a network disk, for the first time, may take the better part of a minute. */
const SECONDS = 60;
/** Before what the script says: interpreters print things of their own. */
const MARK = 'holdfast-python ';

/** What an interpreter that starts the torch engine has over this process's environment. */
export const PYTHON_ENVIRONMENT: Readonly<NodeJS.ProcessEnv> = {
  PYTHONDONTWRITEBYTECODE: '1',
  PYTHONUNBUFFERED: '1',
  // The folder it is started in is no place for modules.
  PYTHONSAFEPATH: '1',
  PYTHONIOENCODING: 'utf-8',
  // Whoever set these meant another interpreter.
  PYTHONNOUSERSITE: undefined,
  PYTHONHOME: undefined,
  PYTHONSTARTUP: undefined,
};

/** Asks an interpreter about itself, in one short script; or what became of that, as what follows its path. Never rejects. */
export async function askPython(
  command: string,
  requirements: readonly Requirement[],
  seconds = SECONDS,
): Promise<PythonReport | { readonly problem: string }> {
  const names = JSON.stringify(requirements.map(({ name }) => name));
  const { stdout, stderr, end } = await limitedRun(command, ['-c', SCRIPT, names], {
    seconds,
    env: PYTHON_ENVIRONMENT,
  });
  if (typeof end === 'string') return { problem: end };
  const line = stdout.split(/\r?\n/).findLast((text) => text.startsWith(MARK));
  if (line === undefined) {
    const last = (stderr.trim() || stdout.trim()).split('\n').at(-1) ?? '';
    return {
      problem: `does not run as Python (exit code ${end}${last === '' ? '' : `: ${last.slice(0, 200)}`})`,
    };
  }
  const decoded = decodeFile(PythonReportSchema, line.slice(MARK.length));
  return 'value' in decoded ? decoded.value : { problem: `answers strangely (${decoded.problem})` };
}

/** Written for any Python, so that an old one can say how old it is. */
const SCRIPT = `
import json, sys
report = {"python": "%d.%d.%d" % sys.version_info[:3], "packages": {}, "import_error": None, "torch": None}
if sys.version_info >= (3, 10):
    from importlib import metadata
    for name in json.loads(sys.argv[1]):
        try:
            report["packages"][name] = metadata.version(name)
        except Exception:
            report["packages"][name] = None
    if report["packages"].get("torch"):
        try:
            import torch
            cuda = torch.cuda.is_available()
            gpus = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())] if cuda else []
            mps = bool(torch.backends.mps.is_available())
            report["torch"] = {"cuda": torch.version.cuda, "hip": torch.version.hip, "gpus": gpus, "mps": mps}
        except BaseException as error:
            report["import_error"] = "%s: %s" % (type(error).__name__, error)
sys.stdout.write("\\n${MARK}" + json.dumps(report) + "\\n")
`;
