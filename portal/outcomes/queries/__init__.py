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
from portal.outcomes.queries.opened import (
    COLUMN_TEXTS,
    columns_of,
    document_of,
    get_published,
    is_ended,
    may_read_places,
    open_rows,
    points_text,
)
from portal.outcomes.queries.rankings import DifferenceLine, difference_lines, differences_of
from portal.outcomes.queries.rejections import get_own_notice, get_unranked, hindrance_to_decide
from portal.outcomes.queries.remarks import (
    corrections_on,
    get_remark,
    ranking_open_to,
    remark_of,
    remarks_on,
    undecided_codes,
)
from portal.outcomes.queries.samples import (
    get_sample,
    get_sample_item,
    items_of,
    population_of,
    samples_of,
)

__all__ = [
    "COLUMN_TEXTS",
    "DifferenceLine",
    "LetterLine",
    "chosen_ids",
    "columns_of",
    "compose_letter",
    "corrections_on",
    "difference_lines",
    "differences_of",
    "document_of",
    "get_addressee",
    "get_final_ranking",
    "get_own_notice",
    "get_published",
    "get_reason",
    "get_remark",
    "get_sample",
    "get_sample_item",
    "get_unranked",
    "hindrance_to_decide",
    "is_ended",
    "items_of",
    "letter_lines",
    "letter_of",
    "may_read_places",
    "open_rows",
    "points_text",
    "population_of",
    "ranking_open_to",
    "reasons_of",
    "remark_of",
    "remarks_on",
    "samples_of",
    "undecided_codes",
]
