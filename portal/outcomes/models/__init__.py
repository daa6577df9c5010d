"""Tables of outcomes."""

from portal.outcomes.models.rankings import ProvisionalPlace
from portal.outcomes.models.samples import SampleCheck, SampleItem

__all__ = ["ProvisionalPlace", "SampleCheck", "SampleItem"]
