"""Training by the TypeScript engine's own functions, for whoever holds the two engines against each other."""

import atexit
import functools
import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
ENGINE = ROOT / "dist/engines/tfjs"
SOURCE = ROOT / "test/engines/parity/main.ts"

# What packages for CommonJS look for in an ES module: as in scripts/build.mjs.
BANNER = "\n".join(
    [
        "import { createRequire as __createRequire } from 'node:module';",
        "import { fileURLToPath as __fileURLToPath } from 'node:url';",
        "const require = __createRequire(import.meta.url);",
        "const __filename = __fileURLToPath(import.meta.url);",
        "const __dirname = __fileURLToPath(new URL('.', import.meta.url));",
    ]
)


def what_is_missing() -> str | None:
    """Why the TypeScript engine cannot run here; None where it can."""
    if shutil.which("node") is None:
        return "Node.js is not there to run the TypeScript engine"
    if not (ROOT / "node_modules/.bin/esbuild").exists():
        return "node_modules is not there: npm install"
    if not (ENGINE / "kernels.wasm").exists():
        return "the TypeScript engine is not built: node scripts/build.mjs"
    return None


def train_all(tasks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What test/engines/parity/train.ts tells of each task; tensors are written where the tasks say."""
    answer = subprocess.run(
        ["node", str(_program()), f"{ENGINE}/"],
        input=json.dumps(tasks),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    if answer.returncode != 0:
        raise RuntimeError(answer.stderr)
    return list(json.loads(answer.stdout))


@functools.cache
def _program() -> Path:
    """As one file, made once per process."""
    folder = tempfile.mkdtemp(prefix="holdfast-parity-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    target = Path(folder) / "main.mjs"
    options = ["--bundle", "--platform=node", "--format=esm", "--target=node20", "--log-level=error"]
    options += ["--main-fields=module,main", f"--banner:js={BANNER}", f"--outfile={target}"]
    bundler = str(ROOT / "node_modules/.bin/esbuild")
    subprocess.run([bundler, str(SOURCE), *options], check=True, cwd=ROOT, timeout=120)
    return target
