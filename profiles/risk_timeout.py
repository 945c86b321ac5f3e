"""How long an attacker may take: one number of seconds for all, or one for some of them."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from profiles.transforms import Model

Seconds = Annotated[float, Field(gt=0)]


class Timeouts(Model):
    """Seconds by attacker; a bare number is ``default``."""

    default: Seconds = 900
    """For every attacker that has no number of its own."""
    classes: Seconds | None = None
    population: Seconds | None = None
    recoded: Seconds | None = None
    trajectory: Seconds | None = None
    singling_out: Seconds | None = None
    outliers: Seconds | None = None
    register_: Seconds | None = Field(default=None, alias="register")
    linkability: Seconds | None = None
    previous_release: Seconds | None = None
    classes_inference: Seconds | None = None
    inference: Seconds | None = None
    membership: Seconds | None = None
    copies: Seconds | None = None
    holdout: Seconds | None = None
    aggregates: Seconds | None = None
    redacted_text: Seconds | None = None
    residuals: Seconds | None = None
    mends: Seconds | None = None
    """For all trials of what would mend a refusal; default: 30, or 60 where persons are drawn again."""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return value if isinstance(value, dict) else {"default": value}

    def of(self, attacker: str) -> float:
        """Seconds that ``attacker`` may take."""
        own = self.model_dump(by_alias=True).get(attacker)
        return self.default if own is None else float(own)
