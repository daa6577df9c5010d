"""What the two commands promise before anything is started."""

from __future__ import annotations

import os
import re
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import make_settings, read_settings_file

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder laid out as the project, with this run's Python as its environment."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    return tmp_path


def run(
    folder: Path, script: str, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a script of the project with nothing but these variables set."""
    return subprocess.run(
        [str(folder / "scripts" / script), *arguments],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], **variables},
        check=False,
    )


def test_settings_are_drawn_once_and_only_their_owner_reads_them(checkout: Path) -> None:
    run(checkout, "settings.sh", PORT="8299")
    file = checkout / "instance" / "settings.env"
    first = file.read_text()
    run(checkout, "settings.sh", PORT="8298")
    assert file.read_text() == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    settings = read_settings_file(file)
    assert settings["PUBLIC_URL"] == "http://127.0.0.1:8299"
    assert settings["DATABASE_URL"] == f"sqlite:///{checkout}/instance/portal.db"
    assert make_settings(settings)["PORTAL_ENV"] == "demo"


def test_two_checkouts_have_two_secrets(checkout: Path) -> None:
    secrets = set()
    for _ in range(2):
        run(checkout, "settings.sh")
        file = checkout / "instance" / "settings.env"
        secrets.add(read_settings_file(file)["SECRET_KEY"])
        file.unlink()
    assert len(secrets) == 2


def test_run_names_another_port_when_its_own_is_taken(checkout: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(checkout, "run.sh", PORT=str(port))
    last = f"Port {port} is taken. Choose another: make run PORT={port + 1}\n"
    assert (done.returncode, done.stdout) == (1, last)


def test_missing_packages_are_named_with_the_line_to_type() -> None:
    # A plain user on a machine where no program is found, sudo neither.
    script = (ROOT / "scripts" / "system_packages.sh").read_text()
    words = [str(shutil.which("bash")), "-c", script, "system_packages.sh", "run"]
    if os.getuid() == 0:
        as_nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups", "--"]
        words = [str(shutil.which("setpriv")), *as_nobody, *words]
    done = subprocess.run(
        words, capture_output=True, text=True, cwd="/", env={"PATH": "/nowhere"}, check=False
    )
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == (
        "sudo apt-get update && sudo apt-get install --yes --no-install-recommends "
        "wkhtmltopdf fonts-dejavu-core fonts-liberation libpango-1.0-0 libpangoft2-1.0-0 "
        "libharfbuzz-subset0 python3-venv"
    )


def test_make_lists_its_targets() -> None:
    text = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    targets = re.findall(r"^  make (\w+) ", text, re.MULTILINE)
    assert targets == [
        "run",
        "test",
        "check",
        "faults",
        "bench",
        "audit",
        "scan",
        "pictures",
        "fmt",
        "clean",
        "help",
    ]


@pytest.mark.parametrize("name", ["run", "test"])
def test_requirements_are_hashed_and_name_no_place(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    pins = re.findall(r"^[a-z0-9-]+(?:\[\w+\])?==\S+", text, re.MULTILINE)
    hashed = re.findall(r"^[a-z0-9-]+(?:\[\w+\])?==\S+ \\\n    --hash=sha256:", text, re.MULTILINE)
    assert len(pins) == len(hashed) > 0
    assert re.findall(r"://|^-|file:/|/opt", text, re.MULTILINE) == []
