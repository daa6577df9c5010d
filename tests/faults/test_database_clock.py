"""F9: the database's clock is not this machine's."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.browser.served import environment_of, run
from tests.databases import Databases

pytestmark = pytest.mark.faults

AHEAD = """
CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql
AS $$ SELECT pg_catalog.clock_timestamp() + interval '5 seconds' $$
"""


def test_clock_ahead_raises_the_alarm(
    place: Databases, empty: str, kind: str, tmp_path: Path
) -> None:
    url = place.copy(empty)
    environment = environment_of(url, tmp_path, "test")
    assert "clock: well" in run(environment, "check")
    if kind == "postgresql":  # SQLite has no clock but this machine's
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.execute(sa.text(AHEAD))
            name = sa.quoted_name(str(engine.url.database), quote=True)
            path = "public, pg_catalog"
            connection.execute(sa.text(f"ALTER DATABASE {name} SET search_path = {path}"))
        engine.dispose()
        with pytest.raises(AssertionError, match=r"clock: the database's is \+5\.\d s"):
            run(environment, "check")
    place.drop(url)
