"""What a run is told while it works: by commands, and by signals."""

from dataclasses import dataclass

from ..protocol.command_box import CommandName
from .context import RunContext


@dataclass(frozen=True)
class Order:
    """A command; `id` names it in its `acknowledged` event."""

    id: str
    name: CommandName
    reason: str


@dataclass(frozen=True)
class Orders:
    """What has arrived since the last look."""

    orders: tuple[Order, ...]
    interrupted: bool


def take_orders(context: RunContext) -> Orders:
    """Rank 0 looks, so that all ranks obey the same orders at the same step. Files that are no command are
    refused here.
    """
    orders: Orders | None = None
    if context.world.is_main:
        found = context.commands.poll()
        for broken in found.broken:
            context.log.write("acknowledged", command=broken.id, accepted=False, reason=broken.problem)
        taken = tuple(
            Order(received.id, received.command.command, received.command.reason or "asked for")
            for received in found.commands
        )
        orders = Orders(taken, context.interrupted())
    told = context.world.broadcast(orders)
    return Orders((), False) if told is None else told
