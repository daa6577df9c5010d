"""Scans a served demo as each of its people, with the tools of requirements/audit.txt.

    python -m scripts.scan              wapiti as every role
    python -m scripts.scan staff body   only these

Each role has a bound in time. Reports go to .cache/scan. What docs/security.md explains in its
table of findings is let pass; anything else of medium weight or more, a crash in the portal's log,
or a broken audit trail makes the command exit with 1.
"""

from __future__ import annotations

import http.cookiejar
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal import create_app
from portal.accounts.queries import scopes_for
from portal.accounts.services import create_token
from portal.demo.queries import demo_user
from tests.browser.served import ServedPortal, run_command, serve

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".cache" / "audit" / "bin"
REPORTS = ROOT / ".cache" / "scan"
PAGE = ROOT / "docs" / "security.md"
VISITOR = "visitor"
ROLES = (VISITOR, "person", "body", "evaluator_diocese", "staff", "auditor", "admin")
# What asks somebody else's server, floods, or looks for other makers' programs is left out.
MODULES = "cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods"
MODULES += ",permanentxss,redirect,sql,timesql,upload,xss"
CRAWL_S, MODULE_S, API_S, LIMIT_S = 40, 12, 60, 420
# What would end the scan's own session, or make it somebody else.
LEFT_OUT = ("/esci", "/demo*", "/accedi*", "/account/sessioni*", "/persone/*", "/lingua")
PLAIN = {"version": 0, "port": None, "expires": None, "secure": False}
# Opened by who is signed in, whatever the role: a scan that saw none of it was nobody's.
OWN_PAGE = "/account"
MEDIUM = 2
WEIGHTS = {1: "low", 2: "medium", 3: "high", 4: "critical"}
EXPLAINED = re.compile(r"^\| wapiti \| ([^|]+) \| `([^`|]+)` \|", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Finding:
    """What a tool reported: as whom, how grave, what and where."""

    role: str
    weight: int
    name: str
    place: str

    def __str__(self) -> str:
        return f"{self.role:18} {WEIGHTS.get(self.weight, '?'):9} {self.name}: {self.place}"


def explained() -> list[tuple[str, re.Pattern[str]]]:
    """Return the findings that the page explains: name, and pattern of their place."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    return [(name.strip(), re.compile(place)) for name, place in EXPLAINED.findall(text)]


def sign_in(portal: ServedPortal, role: str) -> Path:
    """Return the file with the cookies of somebody signed in, whose forms have a token already."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    token = token_in(browser, f"{portal.url}/demo/")
    if role != VISITOR:
        typed = urllib.parse.urlencode({"key": role, "csrf_token": token}).encode()
        browser.open(f"{portal.url}/demo/accedi", typed).read()
    token_in(browser, f"{portal.url}/segnala-disservizio")
    kept = {cookie.name: {"value": cookie.value, **PLAIN} for cookie in jar}
    file = REPORTS / f"{role}.cookies"
    file.write_text(json.dumps({"127.0.0.1": {"/": kept}}), encoding="utf-8")
    return file


def token_in(browser: urllib.request.OpenerDirector, address: str) -> str:
    """Return the form token of a page."""
    text = browser.open(address).read().decode()
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    if found is None:
        raise SystemExit(f"no form at {address}")
    return found[1]


def scan(portal: ServedPortal, role: str) -> list[Finding]:
    """Let wapiti crawl and attack the portal as a role; return what it found."""
    report, session = REPORTS / f"{role}.json", REPORTS / f"{role}.session"
    report.unlink(missing_ok=True)
    shutil.rmtree(session, ignore_errors=True)
    words = [str(TOOLS / "wapiti"), "-u", f"{portal.url}/", "--scope", "folder", "-v", "1"]
    words += ["-m", MODULES, "-f", "json", "-o", str(report), "--no-bugreport"]
    words += ["--max-scan-time", str(CRAWL_S), "--max-attack-time", str(MODULE_S)]
    words += ["--max-files-per-dir", "15", "--dns-endpoint", "localhost"]
    words += ["--store-session", str(session), "-c", str(sign_in(portal, role))]
    for path in LEFT_OUT:
        words += ["-x", f"{portal.url}{path}"]
    with (REPORTS / f"{role}.log").open("wb") as log:
        subprocess.run(words, stdout=log, stderr=log, timeout=LIMIT_S, check=True)
    tell_reach(role, session)
    return sorted(set(read_report(role, report)))


def tell_reach(role: str, session: Path) -> None:
    """Say how much of the portal was crawled and attacked; stop when it wasn't as the role."""
    with sqlite3.connect(next(session.glob("*.db"))) as kept:
        seen = {row[0] for row in kept.execute("SELECT path FROM paths WHERE evil = 0")}
        tries = kept.execute("SELECT count(*) FROM attack_logs").fetchone()[0]
    if role != VISITOR and not any(path.endswith(OWN_PAGE) for path in seen):
        raise SystemExit(f"the scan as {role} was not signed in: see {REPORTS}")
    print(f"{role}: {len(seen)} addresses, attacked {tries} times", flush=True)


def read_report(role: str, report: Path) -> Iterator[Finding]:
    """Yield the findings of a report."""
    found = json.loads(report.read_text(encoding="utf-8"))
    for name, entries in {**found["vulnerabilities"], **found["anomalies"]}.items():
        for entry in entries:
            place = f"{entry['method']} {entry['path']} {entry['parameter'] or ''}".strip()
            yield Finding(role, entry["level"], name, place)


def is_explained(finding: Finding) -> bool:
    """Tell whether the page says why a finding is no weakness."""
    return any(name == finding.name and place.search(finding.place) for name, place in explained())


def crashes(log: Path) -> list[str]:
    """Return the lines of the portal's log that tell of a crash."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if '"crash"' in line or "Traceback" in line]


def scan_api(portal: ServedPortal, role: str) -> list[Finding]:
    """Let schemathesis make up requests for the API, with a key of the role's; tell what failed."""
    log = REPORTS / f"{role}.api.log"
    words = [str(TOOLS / "schemathesis"), "run", f"{portal.url}/api/v1/openapi.json"]
    words += ["-H", f"Authorization: Bearer {key_of(portal, role)}", "--no-color", "-w", "2"]
    words += ["--max-time", str(API_S), "--max-examples", "60", "--continue-on-failure"]
    words += ["--generation-database", "none", "--report-dir", str(REPORTS / "schemathesis")]
    with log.open("wb") as written:  # it leaves a folder where it runs
        out = {"stdout": written, "stderr": written, "cwd": REPORTS}
        done = subprocess.run(words, **out, timeout=LIMIT_S, check=False)
    lines = log.read_text(encoding="utf-8").splitlines()
    told = next((line.strip() for line in reversed(lines) if " generated, " in line), "no requests")
    print(f"{role}: API: {told}", flush=True)
    return [Finding(role, MEDIUM, "schemathesis", str(log))] if done.returncode else []


@contextmanager
def hurried(portal: ServedPortal) -> Iterator[None]:
    """Let a minute pass each second: it is the API that is looked at, not its limit of pace."""
    done = threading.Event()

    def hurry() -> None:
        now = datetime.now(UTC)  # noqa: TID251 real time
        while not done.wait(1):
            now += timedelta(minutes=1)
            portal.set_clock(now)

    thread = threading.Thread(target=hurry, daemon=True)
    thread.start()
    yield
    done.set()
    thread.join()


def key_of(portal: ServedPortal, role: str) -> str:
    """Return a key with all that the role may open."""
    app = create_app(portal.environment)
    with app.app_context():
        user = demo_user(role)
        return create_token(user, "scan", scopes_for(user), 30)


def scan_role(fresh: Path, folder: Path, role: str) -> tuple[list[Finding], list[str]]:
    """Serve a copy of the fresh demo and scan it as a role; return findings and crashes."""
    copy = folder / f"{role}.db"
    shutil.copyfile(fresh, copy)
    (folder / role).mkdir()
    with serve(f"sqlite:///{copy}", folder / role, "demo") as portal:
        with hurried(portal):
            found = [] if role == VISITOR else scan_api(portal, role)
        found += scan(portal, role)
        portal.command("audit", "verify")
    for finding in found:
        print(f"  {'explained' if is_explained(finding) else 'OPEN':10} {finding}", flush=True)
    return found, crashes(folder / role / "web.log")


def main(words: list[str]) -> int:
    """Make a demo, scan a copy of it as each role, and tell what is open."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    found: list[Finding] = []
    broken: list[str] = []
    with tempfile.TemporaryDirectory(prefix="portal-scan-") as name:
        folder = Path(name)
        fresh = folder / "fresh.db"
        for command in (("db", "upgrade"), ("demo", "load")):
            run_command(f"sqlite:///{fresh}", folder, *command)
        for role in words or ROLES:
            ours, crashed = scan_role(fresh, folder, role)
            found, broken = found + ours, broken + crashed
    still_open = [each for each in found if each.weight >= MEDIUM and not is_explained(each)]
    for line in broken:
        print(f"  CRASH      {line[:400]}")
    told = f"{len(found)} findings, {len(still_open)} of medium or more open"
    print(f"scan: {told}, {len(broken)} crashes")
    return 1 if still_open or broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
