"""What can go wrong with Ollama; each error is worded here, once."""

from service_sdk import TryAgain
from service_sdk.errors import BadInput, ServiceError


class NotReachable(TryAgain):
    """Nobody answers at the address of Ollama, or somebody else does."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host

    def __str__(self) -> str:
        return (
            f"no Ollama answers at {self.host}: start it there (“ollama serve”), or "
            "set OLLAMA_HOST to where it runs"
        )


class BrokenOff(TryAgain):
    """The answer began and did not end."""

    def __str__(self) -> str:
        return (
            "Ollama broke off in the middle of its answer; "
            "so it stops models that only repeat themselves"
        )


class Silent(TryAgain):
    """Nothing came for longer than anybody waits."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return f"Ollama said nothing for {self.seconds:g} s (LLM_SILENCE)"


class TookTooLong(ServiceError):
    """The answer may go on for ever."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return (
            f"the answer was not complete within {self.seconds:g} s (LLM_SECONDS): "
            "bound it with the option num_predict"
        )


class Failed(TryAgain):
    """Ollama itself says that it failed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"Ollama failed: {self.reason}"


class NotJson(ServiceError):
    """The text does not keep to the schema asked for, mostly as it was cut off."""

    def __init__(self, text: str, ended: str | None) -> None:
        super().__init__(text, ended)
        self.text, self.ended = text, ended

    def __str__(self) -> str:
        cut = self.ended == "length"
        reason = "it was cut off: raise the option num_predict" if cut else "it is none"
        return f"the answer cannot be read as JSON ({reason}): {self.text[-60:]!r}"


def no_such_model(model: str) -> BadInput:
    """The model is not there, and must not be fetched."""
    remedy = f"fetch it with “ollama pull {model}”, or let this service: LLM_PULL=1"
    return BadInput.of("model", f"Ollama has no model {model!r}: {remedy}")


def cannot_pull(model: str, reason: str) -> BadInput:
    """The model cannot be fetched."""
    return BadInput.of("model", f"Ollama cannot fetch {model!r}: {reason}")


def blind_model(model: str) -> BadInput:
    """The model would ignore the pictures."""
    hint = "choose one that can, such as llava"
    return BadInput.of("image", f"the model {model!r} cannot see pictures; {hint}")


def refused(reason: str) -> BadInput:
    """Ollama finds fault with the request."""
    return BadInput.of("options", f"Ollama refuses the request: {reason}")
