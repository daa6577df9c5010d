"""Reading outcomes."""

from portal.outcomes.queries.samples import (
    get_sample,
    get_sample_item,
    items_of,
    population_of,
    samples_of,
)

__all__ = ["get_sample", "get_sample_item", "items_of", "population_of", "samples_of"]
