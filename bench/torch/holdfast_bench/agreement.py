"""Whether peers did the same work: equal rows, weights and settings give equal losses, step by step."""

from collections.abc import Sequence

from .figures import Figure
from .rounds import Rounds

TOLERANCE = 1e-4


def agreement(rounds: Rounds, peers: Sequence[str]) -> list[Figure]:
    """The largest relative difference between the losses of peers that are said to do the same."""
    ran = [peer for peer in peers if rounds.ran(peer)]
    if len(ran) < 2:
        return []
    first = rounds.losses(ran[0])
    worst = max(
        abs(mine - theirs) / max(abs(theirs), 1e-12)
        for peer in ran[1:]
        for mine, theirs in zip(rounds.losses(peer), first, strict=True)
    )
    name = f"same work: losses of {', '.join(ran)}"
    return [Figure(name, worst, f"differ by {worst:.1e} at most", f"<= {TOLERANCE:.0e}", worst <= TOLERANCE)]
