"""Whether a model computes the same in parts as whole: asked of every model, because architectures differ."""

import torch

from ..failure import Failure
from .language_model import LanguageModel
from .layout import TokenBatch, lay_out

# float32 differs by the order of its additions; bfloat16 has three digits.
TOLERANCE = {torch.float32: 2e-4, torch.float64: 1e-8}
TOLERANCE_OF_HALVES = 5e-2
SAMPLE_LENGTHS = (12, 9, 9, 7)
SHARED = 5


def check_computation(model: LanguageModel, folder: str) -> list[str]:
    """Compares on four short made-up rows; raises where the head cannot be applied apart, and falls back to the padded
    layout, with a warning, where rows in one line disturb each other."""
    rows = _sample(model.vocab_size)
    tolerance = TOLERANCE.get(model.dtype, TOLERANCE_OF_HALVES)
    with model.evaluating():
        padded = lay_out(rows, model.pad_id, "padded", model.device, model.dtype)
        whole = model.hf(input_ids=padded.input_ids, use_cache=False).logits
        places = [torch.from_numpy(path).to(model.device) for path in padded.places]
        wanted = torch.cat([whole.reshape(-1, whole.shape[-1])[path] for path in places]).float()
        hidden = model.hidden(padded).last
        apart = torch.cat([model.logits(hidden[path]) for path in places])
        _check_causal(model, wanted, tolerance, folder)
        if distance(apart, wanted) > tolerance:
            raise Failure(
                "model.head",
                f"The head of {folder} ({type(model.hf).__name__}) does more than Holdfast knows of "
                f"(logits differ by {distance(apart, wanted):.1e}): choose another model, and please report this one.",
            )
        if model.layout_mode == "padded":
            return []
        tree = lay_out(rows, model.pad_id, "tree", model.device, model.dtype)
        if tree.attention_mask is None:
            return []
        found = _tree_distance(model, tree, apart)
    if found <= tolerance:
        return []
    model.layout_mode = "padded"
    return [
        f"{type(model.hf).__name__} does not keep rows apart in one sequence (difference {found:.1e}), so batches are padded: "
        "training is right, and slower; set padding_free: false to say that this is known."
    ]


def _check_causal(model: LanguageModel, logits: torch.Tensor, tolerance: float, folder: str) -> None:
    """The first tokens of all rows are the same, and what follows must not reach back to them."""
    first, second = logits[:SHARED], logits[SAMPLE_LENGTHS[0] : SAMPLE_LENGTHS[0] + SHARED]
    if distance(first, second) <= tolerance:
        return
    raise Failure(
        "model.architecture",
        f"{folder} ({type(model.hf).__name__}) looks at the tokens that it should predict, as encoders do: choose a decoder "
        "such as Llama, Qwen, Mistral, Gemma or GPT-2.",
    )


def _tree_distance(model: LanguageModel, tree: TokenBatch, wanted: torch.Tensor) -> float:
    try:
        hidden = model.hidden(tree).last
    except (RuntimeError, ValueError, TypeError, IndexError):
        return float("inf")
    got = torch.cat([model.logits(hidden[torch.from_numpy(path).to(model.device)]) for path in tree.places])
    return distance(got, wanted)


def distance(one: torch.Tensor, other: torch.Tensor) -> float:
    """|one - other| / |other|, both as one vector; infinite where something is not finite."""
    value = ((one - other).norm() / other.norm().clamp_min(1e-12)).item()
    return value if value == value else float("inf")


def _sample(vocab_size: int) -> list[list[int]]:
    return [
        [
            (7 * t + 3) % vocab_size if t < SHARED else (13 * t + 31 * row + 5) % vocab_size
            for t in range(length)
        ]
        for row, length in enumerate(SAMPLE_LENGTHS)
    ]
