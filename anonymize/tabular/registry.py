"""The list of every column transform."""

from anonymize.tabular.age_at import AgeAt
from anonymize.tabular.bin import Bin
from anonymize.tabular.clip import Clip
from anonymize.tabular.constant import Constant
from anonymize.tabular.drop import Drop
from anonymize.tabular.generalize import Generalize
from anonymize.tabular.inherit import Inherit
from anonymize.tabular.interface import Transform
from anonymize.tabular.interval_since import IntervalSince
from anonymize.tabular.keep import Keep
from anonymize.tabular.map import Map
from anonymize.tabular.microaggregate import Microaggregate
from anonymize.tabular.noise import Noise
from anonymize.tabular.pseudonymize import Pseudonymize
from anonymize.tabular.redact import Redact
from anonymize.tabular.round import Round
from anonymize.tabular.search import Search
from anonymize.tabular.shift import Shift
from anonymize.tabular.suppress_rare import SuppressRare
from anonymize.tabular.surrogate import Surrogate
from anonymize.tabular.swap import Swap
from anonymize.tabular.tail import Tail
from anonymize.tabular.truncate import Truncate

TRANSFORMS: tuple[type[Transform], ...] = (
    Keep,
    Drop,
    Constant,
    Pseudonymize,
    Surrogate,
    Inherit,
    Map,
    Shift,
    AgeAt,
    IntervalSince,
    Truncate,
    Clip,
    Tail,
    Microaggregate,
    Noise,
    Round,
    Bin,
    Generalize,
    Search,
    Redact,
    Swap,
    SuppressRare,
)
"""One class a name of ``profiles.transforms.ORDER``, in that order."""

BY_NAME = {transform.name: transform for transform in TRANSFORMS}
