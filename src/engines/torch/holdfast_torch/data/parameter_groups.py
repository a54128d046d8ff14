"""Which parameters move."""

import re
from collections.abc import Callable, Sequence

from holdfast_torch.base.nearest import nearest
from holdfast_torch.data.group_patterns import GROUP_NAMES, WIDER_WORD, is_fused, is_in_group, layer_of
from holdfast_torch.failure import Failure
from holdfast_torch.protocol.blocks import Freeze

# Longer ones are no pattern that a person wrote, and slow ones come from the same hands.
_LONGEST_PATTERN = 200
_ONE_OF_ALL = f"write one of {', '.join(GROUP_NAMES)}"
_RANGE = re.compile(r"layers? ([0-9]+)(?:\s*-\s*([0-9]+))?", re.ASCII)


def choose_trainable(names: Sequence[str], freeze: Freeze | None) -> list[str]:
    """Applies a `freeze` block to a model's parameter names; which ones move, in the order of `names`.

    What `groups` name stands still, and, where `trainable_groups` is given, everything outside of it. Every
    pattern must match something, and something must be left to train. Raises Failure('freeze.groups', ...).
    """
    groups = (freeze and freeze.groups) or ()
    movers = freeze.trainable_groups if freeze is not None else None
    try:
        still = _match_all("groups", groups, names)
        moving = _match_all("trainable_groups", movers or (), names)
    except _Unmatched as problem:
        raise Failure("freeze.groups", str(problem)) from None
    trainable = [name for name in names if name not in still and (movers is None or name in moving)]
    if not trainable:
        raise Failure("freeze.groups", _nothing_left(groups, movers))
    return trainable


class _Unmatched(Exception):
    """One sentence about a pattern."""


def _nothing_left(groups: Sequence[str], movers: Sequence[str] | None) -> str:
    still = f"freeze.groups [{', '.join(groups)}]"
    if movers is None:
        return f"{still} freeze every parameter, so nothing would be trained: leave one group out."
    return (
        f"{still} freeze all that freeze.trainable_groups [{', '.join(movers)}] let move, "
        "so nothing would be trained: take one of the two out."
    )


def _match_all(key: str, patterns: Sequence[str], names: Sequence[str]) -> set[str]:
    matched: set[str] = set()
    for pattern in patterns:
        where = f'freeze.{key}: "{_shortened(pattern)}"'
        test = _test_of(pattern)
        if isinstance(test, str):
            raise _Unmatched(f"{where} {test}")
        fused = next((name for name in names if is_fused(pattern, name)), None)
        if fused is not None:
            raise _Unmatched(
                f"{where} is a part of {fused}, a fused tensor that cannot be split: "
                f"write {WIDER_WORD[pattern]}."
            )
        hits = [name for name in names if test(name)]
        if not hits:
            raise _Unmatched(f"{where} {_why_nothing(pattern, names)}")
        matched.update(hits)
    return matched


def _test_of(pattern: str) -> Callable[[str], bool] | str:
    """Whether a parameter belongs to the group; or half a sentence saying what is wrong with the pattern."""
    if pattern in GROUP_NAMES:
        return lambda name: is_in_group(pattern, name)
    found = _RANGE.fullmatch(pattern)
    if found is not None:
        first, last = int(found.group(1)), int(found.group(2) or found.group(1))
        if last < first:
            return f'ends before it begins: write "layers {last}-{first}".'
        return lambda name: (layer := layer_of(name)) is not None and first <= layer <= last
    if pattern.strip() == "":
        return f"is empty: {_ONE_OF_ALL} or layers 0-11."
    if len(pattern) > _LONGEST_PATTERN:
        return f"is longer than {_LONGEST_PATTERN} characters: write a shorter pattern."
    try:
        expression = re.compile(_as_python(pattern), re.ASCII)
    except (re.error, OverflowError, RecursionError):
        return f"is neither a group nor a regular expression: {_ONE_OF_ALL} or layers 0-11."
    return lambda name: expression.search(name) is not None


def _as_python(pattern: str) -> str:
    """A JavaScript expression as Python writes it: the two differ in how groups get their names."""
    named = re.sub(r"\(\?<(?![=!])", "(?P<", pattern)
    return re.sub(r"\\k<(\w+)>", r"(?P=\1)", named)


def _why_nothing(pattern: str, names: Sequence[str]) -> str:
    if pattern == "lm_head":
        return "matches nothing, because the head is tied to the embeddings: write embeddings."
    last = max((layer_of(name) or 0 for name in names), default=0)
    if re.match(r"layers? [0-9]", pattern):
        return f"matches nothing: the model has the layers 0-{last}."
    near = nearest(pattern, [*GROUP_NAMES, *names])
    if near is not None and near != pattern:
        return f"matches no parameter: did you mean {near}?"
    sample = names[1] if len(names) > 1 else ""
    return (
        f"matches no parameter: {_ONE_OF_ALL}, layers 0-{last}, "
        f"or a regular expression over names such as {sample}."
    )


def _shortened(pattern: str) -> str:
    return f"{pattern[:60]}..." if len(pattern) > 60 else pattern
