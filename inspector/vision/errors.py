"""What can go wrong between a model file and a judgement. Each message is one sentence for a person."""

from inspector.domain.refusal import Refusal


class ModelFileRefused(Refusal, ValueError):
    """A recipe file that may not be used: the message says which one, what is wrong with it and what to do."""


class NoAccelerator(Refusal, RuntimeError):
    """Nothing on this machine may run the model: the message says what was tried and why each was refused."""


class AcceleratorFailed(Refusal, RuntimeError):
    """The accelerator could not be opened or broke while running; its session is never used again."""
