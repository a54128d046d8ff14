"""One thread: the same sums in the same order, and no fight for two cores."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
import torch

torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Device locks of tests are not those of the person who runs them."""
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path_factory.mktemp("home")))
