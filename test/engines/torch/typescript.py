"""The TypeScript engine's answers, for tests that hold the two against each other."""

import atexit
import functools
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "test/fixtures"


def ask_all(*tasks: list[Any]) -> list[Any]:
    """Answers of typescript.mjs to [task, ...arguments]; skips the test where there is no Node.js."""
    answer = subprocess.run(
        [_node(), str(_program())],
        input=json.dumps(tasks),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert answer.returncode == 0, answer.stderr
    return list(json.loads(answer.stdout))


def ask(task: str, *arguments: Any) -> Any:
    """One answer."""
    return ask_all([task, *arguments])[0]


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not there to run the TypeScript engine")
    return node


@functools.cache
def _program() -> Path:
    """typescript.mjs as one file, made once per process."""
    bundler = ROOT / "node_modules/.bin/esbuild"
    if not bundler.exists():
        pytest.skip("node_modules is not there: npm install")
    folder = tempfile.mkdtemp(prefix="holdfast-golden-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    target = Path(folder) / "program.mjs"
    source = Path(__file__).with_suffix(".mjs")
    banner = "import { createRequire as c } from 'node:module'; const require = c(import.meta.url);"
    options = ["--bundle", "--platform=node", "--format=esm", f"--outfile={target}", "--log-level=error"]
    options += ["--main-fields=module,main", f"--banner:js={banner}"]
    subprocess.run([str(bundler), str(source), *options], check=True, cwd=ROOT, timeout=120)
    return target
