"""Tables of outcomes."""

from portal.outcomes.models.samples import SampleCheck, SampleItem

__all__ = ["SampleCheck", "SampleItem"]
