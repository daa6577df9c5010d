"""Reading outcomes."""

from portal.outcomes.queries.letters import (
    LetterLine,
    chosen_ids,
    compose_letter,
    get_addressee,
    get_final_ranking,
    get_reason,
    letter_lines,
    letter_of,
    reasons_of,
)
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
    "LetterLine",
    "chosen_ids",
    "compose_letter",
    "difference_lines",
    "differences_of",
    "get_addressee",
    "get_final_ranking",
    "get_reason",
    "get_sample",
    "get_sample_item",
    "items_of",
    "letter_lines",
    "letter_of",
    "population_of",
    "reasons_of",
    "samples_of",
]
