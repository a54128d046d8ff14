"""Failures that a user can do something about."""


class Failure(Exception):
    """`code` is stable and dotted, the message is one sentence that names the value and the cure.

    Everything else that is raised is a bug and is reported with its trace.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
