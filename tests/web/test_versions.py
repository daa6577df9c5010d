"""A form that says nothing of what it was shown with never passes for one shown just now."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.web import VersionedForm
from portal.web.forms import UNKNOWN


def kinds_of(base: type[VersionedForm]) -> Iterator[type[VersionedForm]]:
    """Every form that carries a version."""
    for kind in base.__subclasses__():
        yield kind
        yield from kinds_of(kind)


@pytest.mark.check(44)
@pytest.mark.parametrize(
    "typed", [{"other": "3"}, {"version": ""}, {"version": "-3"}, {"version": "tre"}]
)
def test_version_that_was_not_sent_is_never_that_of_the_record(
    app: Flask, typed: dict[str, str]
) -> None:
    kinds = {kind for kind in kinds_of(VersionedForm) if kind.__module__.startswith("portal.")}
    assert len(kinds) > 20
    with app.test_request_context(method="POST", data=typed):
        found = {kind(data={"version": "3"}).known_version for kind in kinds}
    assert found == {UNKNOWN}


def test_version_that_was_sent_is_known(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"version": "2"}):
        assert VersionedForm(data={"version": "3"}).known_version == 2
