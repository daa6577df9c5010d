"""Reading outcomes."""

from portal.outcomes.queries.rankings import DifferenceLine, difference_lines, differences_of
from portal.outcomes.queries.samples import (
    get_sample,
    get_sample_item,
    items_of,
    population_of,
    samples_of,
)

__all__ = [
    "DifferenceLine",
    "difference_lines",
    "differences_of",
    "get_sample",
    "get_sample_item",
    "items_of",
    "population_of",
    "samples_of",
]
