"""Counting codes of receipts that are none: who tries many is sent away for a while."""

from __future__ import annotations

from portal.accounts.services import count_request


def count_wrong_code(source: str) -> None:
    """Count a code of no receipt; refused (`too_many_tries`) when there were too many."""
    count_request(f"verify:{source}")
