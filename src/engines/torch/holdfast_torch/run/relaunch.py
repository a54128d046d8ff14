"""Several processes for one run: the engine starts itself again through torchrun."""

import os
import subprocess
import sys
from pathlib import Path

from ..protocol.run_file import RunFile, TrainJob

SHUTDOWN_SECONDS = 600
"""How long processes that were told to end may take to save; torchrun's own 30 s are short for a large
model.
"""


def wants_processes(run: RunFile) -> bool:
    """Whether the run asks for several processes, and this one has not been started by torchrun already."""
    launch = run.config.launch
    if launch is None or "RANK" in os.environ or not isinstance(run.job, TrainJob):
        return False
    return launch.nproc_per_node * launch.nnodes > 1


def relaunch(run: RunFile, folder: str, token: str) -> int:
    """Becomes torchrun, which starts the processes.

    Returns its exit code on Windows only, where a process cannot become another one.
    """
    command = torchrun_command(run, folder, token)
    environment = torchrun_environment(os.environ)
    sys.stderr.flush()
    if os.name != "nt":
        os.execve(command[0], command, environment)
    return subprocess.run(command, env=environment, check=False).returncode


def torchrun_command(run: RunFile, folder: str, token: str) -> list[str]:
    """The command line of torchrun."""
    launch = run.config.launch
    if launch is None:
        raise ValueError("a run without launch")
    # Alone on one machine, torchrun finds a free port itself.
    machines = (
        ["--standalone"]
        if launch.nnodes == 1
        else [
            f"--nnodes={launch.nnodes}",
            f"--node_rank={launch.node_rank}",
            f"--master_addr={launch.master_addr}",
            f"--master_port={launch.master_port}",
        ]
    )
    engine = ["-m", "holdfast_torch", folder, "--token", token]
    torchrun = [sys.executable, "-m", "torch.distributed.run"]
    return [*torchrun, *machines, f"--nproc_per_node={launch.nproc_per_node}", *engine]


def torchrun_environment(given: "os._Environ[str] | dict[str, str]") -> dict[str, str]:
    """`given`, so that the processes find this very package and have time to save."""
    own = str(Path(__file__).parents[2])
    paths = [own, *(path for path in given.get("PYTHONPATH", "").split(os.pathsep) if path)]
    return {
        "TORCH_ELASTIC_SHUTDOWN_TIMEOUT": str(SHUTDOWN_SECONDS),
        **given,
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
    }
