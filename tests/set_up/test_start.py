"""The web server and its first look at the database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, settings_for_tests
from tests.network import free_port


@pytest.mark.check(66)
def test_web_server_refuses_to_serve_an_empty_database(tmp_path: Path) -> None:
    settings = settings_for_tests(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path)
    environment = {**os.environ, **settings, "PORT": str(free_port()), "WEB_CONCURRENCY": "1"}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("gunicorn"))],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 3
    assert "there are no tables: run flask --app wsgi db upgrade" in done.stderr
