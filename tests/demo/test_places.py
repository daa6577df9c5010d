"""The demo shows every account's way in, so it shows it to this machine alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, settings_for_tests
from tests.databases import Databases

# A demo of its own in a process of its own: settings reach further than one app.
VISIT = """
import json
from portal import create_app
visitor = create_app().test_client()
pages = ("/demo/", "/demo/posta", "/demo/posta/1")
print(json.dumps({
    place: [visitor.get(page, environ_base={"REMOTE_ADDR": place}).status_code for page in pages]
    for place in ("127.0.0.1", "::1", "192.0.2.7", "")
}))
"""


def test_demo_is_shown_to_this_machine_alone(
    databases: Databases, template_url: str, tmp_path: Path
) -> None:
    given = {**settings_for_tests(databases.copy(template_url), tmp_path), "PORTAL_ENV": "demo"}
    done = subprocess.run(
        [sys.executable, "-c", VISIT],
        env={**given, "PATH": os.environ["PATH"]},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    here, away = [200, 200, 404], [404, 404, 404]
    assert json.loads(done.stdout) == {
        "127.0.0.1": here,
        "::1": here,
        "192.0.2.7": away,
        "": away,
    }
