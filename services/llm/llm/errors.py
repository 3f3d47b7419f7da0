"""What can go wrong with Ollama; each error is worded here, once."""

from service_sdk import TryAgain
from service_sdk.errors import BadInput, ServiceError

QUOTED_CHARACTERS = 60  # of an answer that is not JSON: its end shows what is missing


# In what Ollama says about a text that is too long. Its other words differ between its
# engines and versions.
CONTEXT = "context"


class NotReachable(TryAgain):
    """Ollama does not answer at its address, or something else does."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host

    def __str__(self) -> str:
        return (
            f"no Ollama answers at {self.host}: start it there (“ollama serve”), or "
            "set OLLAMA_HOST to the address where it runs"
        )


class IncompleteAnswer(TryAgain):
    """The answer began and did not end."""

    def __str__(self) -> str:
        return (
            "Ollama stopped in the middle of its answer; it does that when a model "
            "only repeats itself"
        )


class Silent(TryAgain):
    """Ollama sent nothing for too long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return f"Ollama sent nothing for {self.seconds:g} s (LLM_SILENCE)"


class TookTooLong(ServiceError):
    """The answer did not end in time, and perhaps never would."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return (
            f"the answer was not complete after {self.seconds:g} s (LLM_SECONDS); "
            "limit its length with the option num_predict"
        )


class Failed(TryAgain):
    """Ollama says that it failed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"Ollama failed: {self.reason}"


class NotJson(ServiceError):
    """The text does not keep to the schema, usually because it was cut off."""

    def __init__(self, text: str, ended: str | None) -> None:
        super().__init__(text, ended)
        self.text = text
        self.ended = ended

    def __str__(self) -> str:
        end = self.text[-QUOTED_CHARACTERS:]
        if self.ended == "length":
            reason = "it was cut off; raise the option num_predict"
        elif not self.text.strip():
            reason = "it is empty"
        else:
            reason = "it is not JSON"
        return f"the answer cannot be read as JSON ({reason}): {end!r}"


def no_such_model(model: str) -> BadInput:
    """Ollama does not have the model, and this service may not download it."""
    remedy = f"run “ollama pull {model}”, or set LLM_PULL=1 to let this service do it"
    return BadInput.of("model", f"Ollama has no model {model!r}: {remedy}")


def cannot_pull(model: str, reason: str) -> BadInput:
    """The model cannot be downloaded."""
    return BadInput.of("model", f"Ollama cannot download {model!r}: {reason}")


def blind_model(model: str) -> BadInput:
    """The model would ignore the pictures."""
    remedy = "choose one that can, such as llava"
    return BadInput.of("image", f"the model {model!r} cannot see pictures; {remedy}")


def refused(reason: str) -> BadInput:
    """Ollama says that something in the request is wrong."""
    told = f"Ollama refuses the request: {reason}"
    if CONTEXT in reason:
        told = f"{told}; raise the option num_ctx, or send less text"
    return BadInput.of("options", told)
