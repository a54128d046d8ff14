"""A prepacked matrix gives the products of a plain one."""

import pytest
import torch
from holdfast_torch.model.head import Head
from holdfast_torch.model.prepack import ROWS_AT_ONCE, prepack

WEIGHT = torch.randn(501, 24, generator=torch.Generator().manual_seed(3))
BIAS = torch.randn(501, generator=torch.Generator().manual_seed(4))


@pytest.mark.parametrize("count", [0, 1, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1, 100])
@pytest.mark.parametrize("bias", [None, BIAS], ids=["plain", "bias"])
@pytest.mark.parametrize("softcap", [None, 3.0])
def test_logits_of_a_detached_head(count: int, bias: torch.Tensor | None, softcap: float | None) -> None:
    head = Head(WEIGHT, bias, 0.5, softcap)
    hidden = torch.randn(count, 24)
    torch.testing.assert_close(head.detached().logits(hidden), head.logits(hidden), rtol=1e-5, atol=1e-5)


def test_it_is_a_copy() -> None:
    weight, bias = WEIGHT.clone(), BIAS.clone()
    kept = Head(weight, bias).detached()
    before = kept.logits(torch.ones(3, 24))
    weight.zero_()
    bias.zero_()
    assert torch.equal(kept.logits(torch.ones(3, 24)), before)


def test_logits_may_be_written_to() -> None:
    """The losses compute in place."""
    kept = Head(WEIGHT).detached()
    before = kept.logits(torch.ones(3, 24))
    kept.logits(torch.ones(3, 24)).zero_()
    assert torch.equal(kept.logits(torch.ones(3, 24)), before)


def test_the_same_rows_give_the_same_bits() -> None:
    """A resumed run prepacks anew and must compute the same."""
    hidden = torch.randn(53, 24)
    assert torch.equal(Head(WEIGHT).detached().logits(hidden), Head(WEIGHT).detached().logits(hidden))


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_other_precisions_stay_plain(dtype: torch.dtype) -> None:
    kept = prepack(WEIGHT.to(dtype))
    assert not kept.is_mkldnn
    assert torch.equal(kept, WEIGHT.to(dtype))
