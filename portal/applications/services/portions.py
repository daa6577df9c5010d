"""A deed that reaches many applications: at once for a few, by jobs for many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from portal import jobs

AT_ONCE = 50

Work = Callable[..., None]


def share_out(work: Work, kind: str, key: str, ids: Sequence[int], **payload: Any) -> None:
    """Call `work` for the applications, in this transaction or in jobs of so many each.

    `work` is the handler of jobs of `kind`; `key` is that of the deed.
    """
    if len(ids) <= AT_ONCE:
        work(application_ids=list(ids), **payload)
        return
    for start in range(0, len(ids), AT_ONCE):
        portion = list(ids[start : start + AT_ONCE])
        jobs.add_job(kind, f"{key}:{start}", application_ids=portion, **payload)
