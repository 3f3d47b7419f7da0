"""The base of the models that a pipeline document consists of."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from engine.domain.values import Json


class PipelineModel(BaseModel):
    """A piece of the document: frozen, and without fields that authors invent."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _lists_are_tuples(cls, value: Any) -> Any:
        # Strict models take no list for a tuple, and JSON has no tuples.
        if not isinstance(value, dict):
            return value
        return {k: tuple(v) if isinstance(v, list) else v for k, v in value.items()}

    def to_json(self) -> dict[str, Json]:
        """The JSON form without fields left at their defaults."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)
