"""The renderer is boxed in: it sees nothing of ours, ends in time, and says why it failed."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.documents import drawing
from portal.documents.drawing import DrawingFailed, SandboxMode, draw
from tests.conftest import ROOT
from tests.documents.conftest import Fake


def test_command_sees_an_empty_environment(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for the renderer")
    fake(f"env | cut -d= -f1 | sort > {tmp_path}/names; printf %%PDF")

    draw("x")

    names = set((tmp_path / "names").read_text().split()) - {"PWD", "OLDPWD", "SHLVL", "_"}
    of_box = {"HOME", "LANG", "PATH", "MALLOC_ARENA_MAX"}
    assert names == of_box | {"QT_HASH_SEED", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR"}


def is_running(process: int) -> bool:
    """Tell whether the process lives; one that waits to be buried does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("silent", [True, False], ids=["drawing", "after drawing"])
def test_hanging_renderer_is_ended_with_all_it_started(
    fake: Fake, tmp_path: Path, silent: bool
) -> None:
    close = "" if silent else "exec 1>&-;"
    fake(f"{close} sleep 60 & echo $! > {tmp_path}/child; sleep 60")
    start = time.monotonic()

    with pytest.raises(DrawingFailed, match="did not end in time"):
        draw("x")

    assert time.monotonic() - start < 4
    child = int((tmp_path / "child").read_text())
    while is_running(child) and time.monotonic() - start < 8:
        time.sleep(0.01)  # the kernel ends the child by itself, a moment after it was told to
    assert not is_running(child)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 3", "wkhtmltopdf ended with 3"),
        ("kill -SEGV $$", "wkhtmltopdf ended with -11"),
        ("exit 0", "wkhtmltopdf ended with 0 and drew nothing"),
        ("exit 1", "wkhtmltopdf ended with 1 and drew nothing"),
        ("exec cat /dev/zero", "the PDF is too large"),
    ],
    ids=["refuses", "crashes", "draws nothing", "fails", "never stops writing"],
)
def test_renderer_that_misbehaves_is_a_failure_with_a_reason(
    fake: Fake, script: str, reason: str
) -> None:
    fake(script)

    with pytest.raises(DrawingFailed) as failure:
        draw("x")

    assert str(failure.value) == reason


def test_missing_renderer_is_said_to_staff_and_to_readyz(fake: Fake) -> None:
    fake("exit 0").unlink()

    with pytest.raises(DrawingFailed, match="wkhtmltopdf is not installed"):
        draw("x")
    assert drawing.sandbox_mode() is SandboxMode.MISSING


def test_box_is_the_best_that_the_machine_allows() -> None:
    def allows(*words: str) -> bool:
        return subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0

    best = "proxy"
    if allows("unshare", "-n"):
        best = "netns"
    if allows("unshare", "-rn"):
        best = "userns"
    assert drawing.sandbox_mode() == best


TELL = "from portal.documents import drawing; print(drawing.sandbox_mode(), drawing.draw('x')[:4])"
NO_NAMESPACES = "echo 0 > /proc/sys/user/max_user_namespaces && exec"
WITHOUT_POWER = "setpriv --bounding-set -sys_admin --inh-caps -sys_admin"


@pytest.mark.parametrize(("power", "mode"), [("", "netns"), (WITHOUT_POWER, "proxy")])
def test_where_the_kernel_refuses_the_next_best_box_is_taken(power: str, mode: str) -> None:
    draw_there = f"{NO_NAMESPACES} {power} {sys.executable} -c {shlex.quote(TELL)}"
    done = subprocess.run(
        ["unshare", "-Ur", "sh", "-c", draw_there],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    # A machine that refuses even this test its namespace takes that box by itself.
    refused = "unshare failed" in done.stderr
    assert refused or done.stdout.split()[0] == mode, done.stderr
    assert refused or done.stdout.split()[1] == "b'%PDF'"
