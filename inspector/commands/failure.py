"""What a command refuses by itself."""

from inspector.domain.refusal import Refusal


class CommandFailed(Refusal):
    """The command could not do what was asked."""
