"""Takes a picture of every page of the demo, by role, at 360 and 1280 px.

They go to docs/pictures/build, which is not committed; `--keep` also writes the few that the
README and the manual show, compressed, to docs/pictures.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.picture_pages import DRAFT_CALL, ROLES, open_call
from tests.browser.chromium import launch
from tests.browser.served import ServedPortal, run_command, serve

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "docs" / "pictures" / "build"
KEPT = ROOT / "docs" / "pictures"
WIDTHS = (360, 1280)
# What the README and the manual show: name of the picture, role, width, where the cut begins.
CHOSEN = {
    "home": ("visitor", 1280, 0),
    "service-sheet": ("visitor", 1280, 260),
    "task-list": ("body", 1280, 260),
    "section": ("body", 360, 500),
    "dossier": ("staff", 1280, 350),
    "formal-check": ("staff", 1280, 350),
    "sheet": ("evaluator_diocese", 1280, 350),
    "results": ("staff", 1280, 350),
    "session": ("staff", 1280, 260),
    "second-step": ("body", 360, 160),
    "people": ("admin", 1280, 200),
    "operations": ("admin", 1280, 200),
    "can-i-apply": ("visitor", 1280, 260),
    "table": ("body", 1280, 350),
    "today": ("staff", 1280, 200),
    "call": ("staff", 1280, 260),
    "outline": ("staff", 1280, 260),
    "checklist": ("staff", 1280, 260),
    "budget-line": ("staff", 1280, 260),
}
KEPT_HEIGHT = 960
COSTS = (
    ("Forno elettrico", "4.200,00"),
    ("Impianto", "1.300,00"),
    ("Consulenza HACCP", "1.000,00"),
)
COLOURS = 96
# A page answers 200 but where its name stands here.
EXPECTED = {"not-found": 404}


def enter(page: Page, portal: ServedPortal, role: str) -> None:
    """Sign in as one of the demo's people; a visitor stays one."""
    if role == "visitor":
        return
    page.goto(f"{portal.url}/demo/")
    page.locator(f"form:has(input[value='{role}']) button").click()
    page.wait_for_load_state()
    begin = {"body": start_draft, "staff": start_call}.get(role)
    if begin is not None:
        begin(page, portal)


def start_call(page: Page, portal: ServedPortal) -> None:
    """Make a draft call of a blueprint, unless one stands."""
    if portal.value("SELECT id FROM call WHERE code = :code", code=DRAFT_CALL) is not None:
        return
    page.goto(f"{portal.url}/gestione/avvisi/nuovo?da=blueprint:social-innovation")
    page.locator("main input[name=code]").fill(DRAFT_CALL)
    page.locator("main input[name=title]").fill("Progetti di innovazione sociale 2027")
    page.locator("main input[name=opens]").fill("2027-09-01T09:00")
    page.locator("main input[name=closes]").fill("2027-10-29T12:00")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


def start_draft(page: Page, portal: ServedPortal) -> None:
    """Begin an application to the open call, unless one stands."""
    page.goto(f"{portal.url}/avvisi/{open_call(portal)}/candidatura")
    box = page.locator("main input[name=privacy_read]")
    if box.count():
        box.check()
        page.locator("main input[name=applicant]").first.check()
        with page.expect_navigation():
            page.locator("main form button[type=submit]").first.click()
        fill_in_costs(page)


def fill_in_costs(page: Page) -> None:
    """Fill in the table of costs of the draft that has just been begun."""
    page.goto(f"{page.url.removesuffix('/copia')}/sezioni/budget")
    for row, (item, amount) in enumerate(COSTS):
        if row:
            page.locator("[data-add-row]").click()
        page.locator(f"[name=costs-{row}-item]").fill(item)
        page.locator(f"[name=costs-{row}-amount]").fill(amount)
        page.locator(f"[name=costs-{row}-kind]").select_option(index=1)
    with page.expect_navigation():
        page.get_by_role("button", name="Salva", exact=True).click()


def take(browser: Browser, portal: ServedPortal, role: str, width: int) -> list[str]:
    """Take the pictures of one role at one width; return the pages that did not open."""
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="it-IT")
    page, broken = context.new_page(), []
    enter(page, portal, role)
    for number, (name, path) in enumerate(ROLES[role](portal), start=1):
        answer = page.goto(portal.url + path)
        page.screenshot(path=picture_of(role, name, width, number), full_page=True)
        status = answer.status if answer else 0
        print(f"{width:>5}  {status}  {role:<18}{path}")
        if status != EXPECTED.get(name, 200):
            broken.append(f"{role}: {path} is {status}")
    context.close()
    return broken


def picture_of(role: str, name: str, width: int, number: int | None = None) -> Path:
    """Where a picture goes; without its number, where it went."""
    folder = BUILD / str(width)
    folder.mkdir(parents=True, exist_ok=True)
    if number is None:
        return next(folder.glob(f"{role}-[0-9][0-9]-{name}.png"))
    return folder / f"{role}-{number:02}-{name}.png"


def keep() -> None:
    """Write the chosen pictures, cut to the height of a screen and with few colours."""
    for name, (role, width, top) in CHOSEN.items():
        with Image.open(picture_of(role, name, width)) as picture:
            bottom = min(picture.height, top + KEPT_HEIGHT)
            cut = picture.convert("RGB").crop((0, top, picture.width, bottom))
            small = cut.quantize(COLOURS, dither=Image.Dither.NONE)
            small.save(KEPT / f"{name}.png", optimize=True)
            print(f"kept  {name}.png  {(KEPT / f'{name}.png').stat().st_size // 1024} kB")


def main() -> None:
    """Serve the demo on a scratch database and take every picture."""
    shutil.rmtree(BUILD, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="portal-pictures-") as name:
        folder = Path(name)
        database = f"sqlite:///{folder / 'portal.db'}"
        run_command(database, folder, "db", "upgrade")
        run_command(database, folder, "demo", "load")
        with serve(database, folder, "demo") as portal, sync_playwright() as playwright:
            browser = launch(playwright)
            broken = [
                page
                for role in ROLES
                for width in WIDTHS
                for page in take(browser, portal, role, width)
            ]
            browser.close()
    if "--keep" in sys.argv[1:]:
        keep()
    if broken:
        raise SystemExit("\n".join(broken))


main()
