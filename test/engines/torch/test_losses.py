"""The fast loss against the naive one, against hand-computed numbers and against finite differences."""

import math
from dataclasses import dataclass

import pytest
import torch
from holdfast_torch.losses import head_loss as module
from holdfast_torch.losses.head_loss import LossScales, TeacherBatch, head_loss
from holdfast_torch.losses.targets import DistilledPositions, Targets, count_tokens, targets_of
from holdfast_torch.model.head import Head
from holdfast_torch.model.layout import LayoutMode, lay_out
from holdfast_torch.protocol.blocks import SelfDistill
from holdfast_torch.run.distil import label_pull
from naive_loss import PlainRow, completion_row, naive_logits, naive_loss
from torch import Tensor

CPU = torch.device("cpu")
VOCAB, WIDTH, TEACHER_WIDTH = 13, 6, 5

ROWS = [
    completion_row([1, 2, 3, 4, 5, 6, 7, 8], 5),
    completion_row([1, 2, 3, 4, 9, 6], 4),
    # The same row twice, and one that is the beginning of another.
    completion_row([1, 2, 3, 4, 9, 6], 4),
    completion_row([1, 2, 3], 1),
    # All masked; one token; labels with a hole; a text without a prompt.
    PlainRow((7, 7, 7), (-100, -100, -100), 3),
    PlainRow((4,), (4,), 0),
    PlainRow((2, 3, 4, 5, 6), (-100, 3, -100, 5, 6), 1),
    *[completion_row([10 - i, 3, i, 11, 12, 0, i, 1], 3) for i in range(6)],
]
HEADS: dict[str, dict[str, float | bool | None]] = {
    "plain": {},
    "bias": {"bias": True},
    "scale": {"scale": 0.5},
    "softcap": {"softcap": 2.0},
    "bias, scale, softcap": {"bias": True, "scale": 3.0, "softcap": 1.5},
}


@dataclass(frozen=True)
class Case:
    hidden: Tensor
    head: Head
    targets: Targets
    scales: LossScales
    teacher: TeacherBatch | None
    teacher_states: Tensor | None
    places: list[Tensor]

    def fast(self) -> tuple[Tensor, Tensor, Tensor]:
        return head_loss(self.hidden, self.head, self.targets, self.scales, self.teacher)

    def naive(self, which: DistilledPositions | None) -> tuple[Tensor, Tensor, Tensor]:
        student = [naive_logits(self.hidden[path], self.head) for path in self.places]
        if self.teacher is None or self.teacher_states is None:
            return naive_loss(student, None, ROWS, self.scales, which)
        teacher = [naive_logits(self.teacher_states[path], self.teacher.head) for path in self.places]
        return naive_loss(student, teacher, ROWS, self.scales, which)

    def leaves(self) -> list[Tensor]:
        return [
            leaf
            for leaf in (self.hidden, self.head.weight, self.head.bias)
            if leaf is not None and leaf.requires_grad
        ]


def make_case(
    which: DistilledPositions | None,
    mode: LayoutMode = "tree",
    head: str = "plain",
    dtype: torch.dtype = torch.float64,
    seed: int = 1,
) -> Case:
    torch.manual_seed(seed)
    options = HEADS[head]
    batch = lay_out([row.input_ids for row in ROWS], 0, mode, CPU, dtype)
    size = batch.input_ids.numel()
    bias = torch.randn(VOCAB).to(dtype).requires_grad_() if options.get("bias") else None
    scale, softcap = float(options.get("scale") or 1.0), options.get("softcap")
    own = Head(torch.randn(VOCAB, WIDTH).to(dtype).requires_grad_(), bias, scale, softcap)
    hidden = torch.randn(size, WIDTH).to(dtype).requires_grad_()
    targets = targets_of(ROWS, batch.places, which, CPU)
    teacher, states = None, None
    if which is not None:
        states = torch.randn(size, TEACHER_WIDTH).to(dtype)
        kept = states[targets.places[targets.kd_index]]
        teacher = TeacherBatch(Head(torch.randn(VOCAB, TEACHER_WIDTH).to(dtype)), kept)
    counts = count_tokens(ROWS, which)
    scales = LossScales(1 / counts[0], 0.7 * 1.5**2 / max(1, counts[1]), 1.5)
    paths = [torch.from_numpy(path) for path in batch.places]
    return Case(hidden, own, targets, scales, teacher, states, paths)


def relative(one: Tensor, other: Tensor) -> float:
    return float((one.double() - other.double()).norm() / other.double().norm().clamp_min(1e-30))


@pytest.mark.parametrize("chunk_bytes", [1, 2**24], ids=["many chunks", "one chunk"])
@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("mode", ["tree", "padded"])
@pytest.mark.parametrize("which", [None, "completion", "all"])
def test_fast_loss_is_the_naive_one(
    monkeypatch: pytest.MonkeyPatch,
    which: DistilledPositions | None,
    mode: LayoutMode,
    head: str,
    chunk_bytes: int,
) -> None:
    monkeypatch.setattr(module, "CHUNK_BYTES_CPU", chunk_bytes)
    case = make_case(which, mode, head)
    assert (len(case.targets.places) > module.chunk_rows(VOCAB, CPU)) == (chunk_bytes == 1)
    fast, naive = case.fast(), case.naive(which)
    for got, wanted in zip(fast, naive, strict=True):
        assert float(got.detach()) == pytest.approx(float(wanted.detach()), rel=1e-12)
    fast[0].backward()  # type: ignore[no-untyped-call]
    gradients = torch.autograd.grad(naive[0], case.leaves())
    for leaf, wanted in zip(case.leaves(), gradients, strict=True):
        assert leaf.grad is not None
        assert relative(leaf.grad, wanted) < 1e-12


@pytest.mark.parametrize("which", [None, "completion", "all"])
def test_shared_places_are_projected_once(which: DistilledPositions | None) -> None:
    tree, padded = make_case(which, "tree"), make_case(which, "padded")
    assert len(tree.targets.places) < len(padded.targets.places)
    assert tree.targets.num_ce_tokens == padded.targets.num_ce_tokens
    assert tree.targets.num_kd_tokens == padded.targets.num_kd_tokens
    if which is not None:
        assert int(tree.targets.kd_weights.sum()) == padded.targets.num_kd_tokens


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 2e-2)])
@pytest.mark.parametrize("chunk_bytes", [1, 2**24], ids=["many chunks", "one chunk"])
def test_lower_precision_stays_within_its_own(
    monkeypatch: pytest.MonkeyPatch, dtype: torch.dtype, tolerance: float, chunk_bytes: int
) -> None:
    monkeypatch.setattr(module, "CHUNK_BYTES_CPU", chunk_bytes)
    case = make_case("all", "tree", "bias, scale, softcap", dtype)
    fast, naive = case.fast(), case.naive("all")
    assert all(value.dtype == torch.float32 for value in fast)
    for got, wanted in zip(fast, naive, strict=True):
        assert float(got.detach()) == pytest.approx(float(wanted.detach()), rel=tolerance)
    fast[0].backward()  # type: ignore[no-untyped-call]
    for leaf, wanted in zip(case.leaves(), torch.autograd.grad(naive[0], case.leaves()), strict=True):
        assert leaf.grad is not None
        assert leaf.grad.dtype == dtype
        assert relative(leaf.grad, wanted) < tolerance


@pytest.mark.parametrize("which", [None, "completion", "all"])
def test_gradient_is_the_slope(which: DistilledPositions | None) -> None:
    """Central differences in float64 along random directions through hidden states, head and bias together."""
    case = make_case(which, "tree", "bias, scale, softcap")
    case.fast()[0].backward()  # type: ignore[no-untyped-call]
    leaves, step = case.leaves(), 1e-6
    for _ in range(5):
        directions = [torch.randn_like(leaf) for leaf in leaves]
        values = []
        for sign in (1, -1):
            moved = [leaf.detach() + sign * step * way for leaf, way in zip(leaves, directions, strict=True)]
            head = Head(moved[1], moved[2], case.head.scale, case.head.softcap)
            values.append(float(head_loss(moved[0], head, case.targets, case.scales, case.teacher)[0]))
        slope = sum(
            float((leaf.grad * way).sum())
            for leaf, way in zip(leaves, directions, strict=True)
            if leaf.grad is not None
        )
        assert (values[0] - values[1]) / (2 * step) == pytest.approx(slope, rel=1e-7, abs=1e-9)


def test_hand_computed() -> None:
    """Two words; the student says (1/2, 1/2), the teacher (3/4, 1/4): CE = ln 2, KL = 3/4 ln 3/2 + 1/4 ln 1/2."""
    row = PlainRow((0, 1), (-100, 1), 1)
    batch = lay_out([row.input_ids], 0, "padded", CPU, torch.float64)
    targets = targets_of([row], batch.places, "all", CPU)
    hidden = torch.zeros(2, 2, dtype=torch.float64, requires_grad=True)
    head = Head(torch.eye(2, dtype=torch.float64))
    said = torch.tensor([[math.log(3.0), 0.0]], dtype=torch.float64)
    total, ce, kd = head_loss(hidden, head, targets, LossScales(1.0, 1.0), TeacherBatch(head, said))
    divergence = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    assert float(ce) == pytest.approx(math.log(2), rel=1e-14)
    assert float(kd) == pytest.approx(divergence, rel=1e-13)
    assert float(total.detach()) == pytest.approx(math.log(2) + divergence, rel=1e-14)
    total.backward()  # type: ignore[no-untyped-call]
    # (p - label) + (p - teacher) at the first position, nothing at the last.
    assert hidden.grad is not None
    assert torch.allclose(
        hidden.grad, torch.tensor([[0.5 - 0.25, -0.5 + 0.25], [0.0, 0.0]], dtype=torch.float64)
    )


def test_temperature_by_hand() -> None:
    """At T = 2 logits (2 ln 3, 0) say (3/4, 1/4), and the gradient is (q - p) / T."""
    row = PlainRow((0, 1), (-100, -100), 2)
    batch = lay_out([row.input_ids], 0, "padded", CPU, torch.float64)
    targets = targets_of([row], batch.places, "all", CPU)
    hidden = torch.zeros(2, 2, dtype=torch.float64, requires_grad=True)
    head = Head(torch.eye(2, dtype=torch.float64))
    said = torch.tensor([[2 * math.log(3.0), 0.0]], dtype=torch.float64)
    total, ce, kd = head_loss(hidden, head, targets, LossScales(1.0, 1.0, 2.0), TeacherBatch(head, said))
    assert float(ce) == 0.0
    assert float(kd) == pytest.approx(0.75 * math.log(1.5) + 0.25 * math.log(0.5), rel=1e-13)
    total.backward()  # type: ignore[no-untyped-call]
    assert hidden.grad is not None
    assert hidden.grad[0].tolist() == pytest.approx([-0.125, 0.125], rel=1e-13)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("head", HEADS)
def test_teacher_agrees_with_itself_exactly(dtype: torch.dtype, temperature: float, head: str) -> None:
    case = make_case("all", "tree", head, dtype)
    kept = case.hidden.detach()[case.targets.places[case.targets.kd_index]]
    scales = LossScales(0.0, 1.0, temperature)
    total, _, kd = head_loss(
        case.hidden, case.head, case.targets, scales, TeacherBatch(case.head.detached(), kept)
    )
    assert float(kd) == 0.0
    total.backward()  # type: ignore[no-untyped-call]
    assert all(leaf.grad is not None and not leaf.grad.any() for leaf in case.leaves())


@pytest.mark.parametrize("which", [None, "completion"])
def test_all_masked_batch_is_nothing(which: DistilledPositions | None) -> None:
    rows = [PlainRow((1, 2, 3), (-100, -100, -100), 3), PlainRow((4,), (4,), 0)]
    batch = lay_out([row.input_ids for row in rows], 0, "padded", CPU, torch.float32)
    targets = targets_of(rows, batch.places, which, CPU)
    hidden = torch.randn(6, WIDTH, requires_grad=True)
    head = Head(torch.randn(VOCAB, WIDTH, requires_grad=True), torch.randn(VOCAB, requires_grad=True))
    teacher = None if which is None else TeacherBatch(Head(torch.randn(VOCAB, WIDTH)), torch.empty(0, WIDTH))
    result = head_loss(hidden, head, targets, LossScales(1.0, 1.0), teacher)
    assert [float(value) for value in result] == [0.0, 0.0, 0.0]
    result[0].backward()  # type: ignore[no-untyped-call]
    for leaf in (hidden, head.weight, head.bias):
        assert leaf is not None
        assert leaf.grad is not None
        assert not leaf.grad.any()


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> list[module._Walk]:
    """Every pass over the chunks, with what it has computed."""
    made: list[module._Walk] = []
    run = module._Walk.run

    def watched(walk: module._Walk) -> tuple[Tensor, Tensor]:
        made.append(walk)
        return run(walk)

    monkeypatch.setattr(module._Walk, "run", watched)
    return made


def test_gradient_of_a_head_that_stands_still_is_not_computed(walks: list[module._Walk]) -> None:
    moving, still = make_case("all", "tree", "bias"), make_case("all", "tree", "bias")
    for tensor in (still.head.weight, still.head.bias):
        assert tensor is not None
        tensor.requires_grad_(False)
    for case in (moving, still):
        case.fast()[0].backward()  # type: ignore[no-untyped-call]
    assert walks[0].grad_weight is not None
    assert (walks[1].grad_weight, walks[1].grad_bias) == (None, None)
    assert still.head.weight.grad is None
    assert moving.hidden.grad is not None
    assert still.hidden.grad is not None
    assert torch.equal(moving.hidden.grad, still.hidden.grad)


def test_a_loss_that_is_only_measured_computes_no_gradient(walks: list[module._Walk]) -> None:
    case = make_case("all", "tree", "bias")
    with torch.no_grad():
        values = case.fast()
    assert [float(value) for value in values] == [float(value.detach()) for value in case.fast()]
    assert (walks[0].grad_hidden, walks[0].grad_weight, walks[0].grad_bias) == (None, None, None)


@pytest.mark.parametrize(
    ("kd_weight", "temperature"), [(0.9, 1.0), (1.1, 1.0), (1.9, 0.5), (2.1, 0.5), (0.45, 2.0), (0.55, 2.0)]
)
def test_label_wins_only_while_the_pull_is_below_one(kd_weight: float, temperature: float) -> None:
    """The condition of DESIGN 5: a teacher that is sure of another word, against a label, driven to the minimum."""
    row = PlainRow((0, 1), (-100, 1), 1)
    batch = lay_out([row.input_ids], 0, "padded", CPU, torch.float64)
    targets = targets_of([row], batch.places, "all", CPU)
    head = Head(torch.eye(2, dtype=torch.float64))
    sure = TeacherBatch(head, torch.tensor([[60.0, 0.0]], dtype=torch.float64))
    hidden = torch.zeros(2, 2, dtype=torch.float64, requires_grad=True)
    for _ in range(400):
        scales = LossScales(1.0, kd_weight * temperature**2, temperature)
        total, _, _ = head_loss(hidden, head, targets, scales, sure)
        (slope,) = torch.autograd.grad(total, hidden)
        with torch.no_grad():
            hidden -= slope
    distill = SelfDistill(kd_weight, temperature, "all", "base", 1, "all")
    assert (int(hidden[0].argmax()) == 1) == (label_pull(distill, 1, 1) < 1)
