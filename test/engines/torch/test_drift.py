"""Drift, by hand."""

import math

import pytest
import torch
from holdfast_torch.evaluation.drift import DriftMeter, Trace, TraceRecorder, cosine, kl_divergence


def test_cosine_by_hand() -> None:
    a = torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [2.0, 0.0]])
    b = torch.tensor([[0.0, 3.0], [1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]])
    assert cosine(a, b).tolist() == pytest.approx([0, math.sqrt(0.5), 1, -1])


def test_kl_by_hand() -> None:
    p = torch.tensor([[0.5, 0.5, 0.0]]).log()
    q = torch.tensor([[0.25, 0.5, 0.25]]).log()
    assert kl_divergence(p, q).tolist() == pytest.approx([0.5 * math.log(2)])
    assert kl_divergence(p, p).tolist() == [0]


def test_means_over_the_facts_that_were_met_once_each() -> None:
    flat = torch.log_softmax(torch.zeros(3), -1)
    base = {
        0: Trace({1: torch.tensor([1.0, 0.0])}, flat),
        1: Trace({1: torch.tensor([1.0, 0.0])}, flat),
        2: Trace({1: torch.tensor([1.0, 0.0])}, flat),
    }
    meter = DriftMeter(base, (1,))
    assert meter.drift().kl_to_base is None
    now = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
    logits = torch.tensor([[math.log(2.0), 0.0, 0.0], [5.0, 5.0, 5.0]])
    meter.take([0, 2], {1: now}, logits)
    assert [meter.wants(fact) for fact in range(4)] == [False, True, False, False]
    drift = meter.drift()
    assert drift.layers == {"1": pytest.approx(0.5)}
    expected = (math.log(4 / 3) - math.log(2) / 3) / 2
    assert drift.kl_to_base == pytest.approx(expected, abs=1e-6)


def test_what_is_recorded_keeps_no_batch_alive() -> None:
    recorder = TraceRecorder(frozenset({1}), (2,))
    states = torch.arange(6.0).reshape(3, 2)
    recorder.take([1], {2: states[1:2]}, torch.zeros(1, 4))
    trace = recorder.traces[1]
    assert trace.hidden[2].tolist() == [2, 3]
    assert trace.hidden[2].untyped_storage().nbytes() == 8
    assert trace.log_probabilities.exp().sum() == pytest.approx(1)
    assert not recorder.wants(1)
