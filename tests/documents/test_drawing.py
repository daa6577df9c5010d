"""The renderer is boxed in: it ends in time, reaches nothing, and reads nothing."""

from __future__ import annotations

import html
import os
import shlex
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from portal.documents import drawing
from portal.documents.drawing import DrawingFailed, SandboxMode, draw
from tests.conftest import ROOT
from tests.documents.attacks import attacks
from tests.documents.conftest import Fake, text_of
from tests.documents.listener import listening

ATTACKS = list(attacks(0, ""))
SECRET = "parola segretissima"
PAGE = '<html><head><meta charset="utf-8"></head><body><p>Ecco la ricevuta.</p>{}</body></html>'


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that nobody should see."""
    file = tmp_path / "secret.txt"
    file.write_text(SECRET)
    return file


@pytest.fixture
def proxy_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The weakest box: no network namespace, only the command's own options."""
    monkeypatch.setattr(drawing, "_drawing", drawing.Drawing(mode=SandboxMode.PROXY))


def test_listener_hears_a_renderer_that_is_not_boxed_in() -> None:
    with listening() as listener:
        page = PAGE.format(f'<img src="http://127.0.0.1:{listener.port}/img">')
        words = ["wkhtmltopdf", "--quiet", "-", "-"]
        environment = {"PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen"}
        subprocess.run(
            words, input=page.encode(), capture_output=True, env=environment, check=False
        )

    assert {call.split()[1] for call in listener.calls} == {b"/img"}


@pytest.mark.parametrize("name", ATTACKS)
def test_page_reaches_and_reads_nothing_even_without_a_namespace(
    proxy_alone: None, secret: Path, name: str
) -> None:
    with listening() as listener:
        page = PAGE.format(attacks(listener.port, str(secret))[name])
        try:
            text = text_of(draw(page))
        except DrawingFailed:
            text = ""  # no PDF at all is what a refused refresh leaves

    assert listener.calls == []
    assert SECRET not in text


def drawn_in_the_end(page: str) -> bytes:
    """Draw as the job does: a renderer that crashes on a hostile page is started again."""
    for _ in range(9):
        with suppress(DrawingFailed):
            return draw(page)
    return draw(page)


def test_page_reaches_nothing_in_the_best_box_of_this_machine(secret: Path) -> None:
    with listening() as listener:
        calls = attacks(listener.port, str(secret))
        page = PAGE.format("".join(part for name, part in calls.items() if "refresh" not in name))
        text = text_of(drawn_in_the_end(page))

    assert listener.calls == []
    assert "Ecco la ricevuta." in text
    assert SECRET not in text


def test_typed_attacks_are_text_on_the_page(secret: Path) -> None:
    with listening() as listener:
        typed = attacks(listener.port, str(secret))
        rows = "".join(f"<p>{html.escape(part)}</p>" for part in typed.values())
        text = " ".join(text_of(draw(PAGE.format(rows))).split())

    assert listener.calls == []
    assert [name for name, part in typed.items() if part.split()[0] not in text] == []


def test_page_gives_no_options_to_the_command(fake: Fake, tmp_path: Path) -> None:
    fake(f'printf "%s\\n" "$@" > {tmp_path}/words; printf %%PDF')
    meta = '<meta name="pdfkit-allow" content="/"><meta content="x" name=\'pdfkit-cookie-jar\'>'

    draw(PAGE.format(meta))

    assert (tmp_path / "words").read_text().split("\n")[:-1] == [
        "--page-size", "A4", "--encoding", "UTF-8",
        "--margin-top", "16mm", "--margin-bottom", "20mm",
        "--margin-left", "18mm", "--margin-right", "18mm",
        "--disable-local-file-access", "--disable-javascript", "--disable-plugins",
        "--proxy", "http://127.0.0.1:1",
        "--load-error-handling", "ignore", "--load-media-error-handling", "ignore",
        "--quiet", "-", "-",
    ]  # fmt: skip


def test_command_sees_an_empty_environment(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for the renderer")
    fake(f"env | cut -d= -f1 | sort > {tmp_path}/names; printf %%PDF")

    draw("x")

    names = set((tmp_path / "names").read_text().split()) - {"PWD", "OLDPWD", "SHLVL", "_"}
    assert names == {"HOME", "LANG", "PATH", "QT_HASH_SEED", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR"}


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
