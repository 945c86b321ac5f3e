"""What part of the population a source is."""

from pydantic import Field

from profiles.bilingual import Bilingual
from profiles.transforms import Model


class Population(Model):
    """The population that the persons of the source were drawn from."""

    fraction: float = Field(gt=0, le=1)
    """Persons of the source over persons of the population; not declared, they are the population."""
    why: Bilingual | None = None
