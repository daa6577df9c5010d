"""Deeds that follow the evaluation."""

from portal.errors import declare, mark
from portal.outcomes.services.samples import draw_sample, record_sample_check

declare(
    {
        "sample_empty": mark("There is no application to draw among yet."),
        "sample_reason": mark("Write in a few words what is not regular."),
    }
)

__all__ = ["draw_sample", "record_sample_check"]
