"""What becomes of a proxy that another one has replaced."""

from __future__ import annotations

from typing import Any

from portal.applications.services.proxies import release_proxy
from portal.workflow import on


@on("applicant.keep_proxy")
def let_earlier_go(applicant: Any, _actor: Any, *, earlier: Any, **facts: Any) -> None:
    """Remove the earlier file, unless an application was sent with it."""
    if earlier is not None:
        release_proxy(applicant, earlier)
