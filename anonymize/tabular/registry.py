"""The list of every column transform."""

from anonymize.tabular.bin import Bin
from anonymize.tabular.clip import Clip
from anonymize.tabular.constant import Constant
from anonymize.tabular.drop import Drop
from anonymize.tabular.generalize import Generalize
from anonymize.tabular.inherit import Inherit
from anonymize.tabular.interface import Transform
from anonymize.tabular.keep import Keep
from anonymize.tabular.map import Map
from anonymize.tabular.pseudonymize import Pseudonymize
from anonymize.tabular.round import Round
from anonymize.tabular.shift import Shift
from anonymize.tabular.suppress_rare import SuppressRare
from anonymize.tabular.truncate import Truncate

TRANSFORMS: tuple[type[Transform], ...] = (
    Keep,
    Drop,
    Constant,
    Pseudonymize,
    Inherit,
    Map,
    Shift,
    Truncate,
    Clip,
    Round,
    Bin,
    Generalize,
    SuppressRare,
)
"""One class a name of ``profiles.transforms.ORDER``, in that order."""

BY_NAME = {transform.name: transform for transform in TRANSFORMS}
