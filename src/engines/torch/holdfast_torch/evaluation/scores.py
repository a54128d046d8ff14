"""Exact match, counted over sets of facts."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from .fact import Fact


@dataclass(frozen=True)
class Score:
    """Exact match over one set of facts; `lost` and `gained` count against the reference step."""

    correct: int
    total: int
    lost: int
    gained: int


@dataclass(frozen=True)
class Scores:
    """None where a set is empty; `probes`: the held facts by the name of their probe set."""

    held: Score | None
    known: Score | None
    new: Score | None
    probes: dict[str, Score]


def score_all(facts: Sequence[Fact], correct: Sequence[bool], was_right: AbstractSet[str]) -> Scores:
    """Scores of every set; `was_right`: ids of the facts that were right at the reference step."""

    def of(include: Callable[[Fact], bool]) -> Score | None:
        some = [
            (is_right, fact.id in was_right)
            for fact, is_right in zip(facts, correct, strict=True)
            if include(fact)
        ]
        if not some:
            return None
        return Score(
            correct=sum(now for now, _ in some),
            total=len(some),
            lost=sum(before and not now for now, before in some),
            gained=sum(now and not before for now, before in some),
        )

    names = dict.fromkeys(fact.source for fact in facts if fact.set == "held")
    probes = {
        name: of(lambda fact, name=name: fact.set == "held" and fact.source == name)  # type: ignore[misc]
        for name in names
    }
    return Scores(
        held=of(lambda fact: fact.set == "held"),
        known=of(lambda fact: fact.set == "known"),
        new=of(lambda fact: fact.set == "new"),
        probes={name: score for name, score in probes.items() if score is not None},
    )
