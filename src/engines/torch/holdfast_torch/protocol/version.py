"""The protocol this code speaks."""

PROTOCOL_VERSION = "1.0"
"""Minor versions add fields or event types; a major version breaks readers."""


def protocol_problem(version: str) -> str | None:
    """None where a folder written under `version` can be read here, else one sentence with the cure."""
    if version.split(".", 1)[0] == PROTOCOL_VERSION.split(".", 1)[0]:
        return None
    return (
        f"This run folder speaks protocol {version[:20]}, this Holdfast speaks {PROTOCOL_VERSION}: "
        "open it with a matching version of Holdfast."
    )
