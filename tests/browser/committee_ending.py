"""What comes after a committee, on pages: the ranking, the letters and who reads them."""

from __future__ import annotations

from tests.browser.committee_scene import CALL, DOSSIERS, WORK, Scene
from tests.browser.visitor import Visitor

OFFICE = f"/gestione/avvisi/{CALL}"
RANKED = {"oven": "87", "sewing": "71", "guides": "71", "garden": "63", "party": "63"}
REASON = "Il progetto non crea lavoro."
ADVICE = "Rivedi il piano delle assunzioni con chi vi accompagna."


def publish(office: Visitor) -> None:
    """Look how firm the ranking stands, then publish it; it is provisional."""
    office.go(f"{OFFICE}/graduatoria")
    office.follow("Quanto è solida")
    office.go(f"/graduatorie/{CALL}")
    office.press("Pubblica la graduatoria")
    office.sees("La graduatoria provvisoria è pubblicata")


def read_ranking(visitor: Visitor, scene: Scene) -> None:
    """Everybody finds the places: a tie decided by the criterion, a veto below all the others."""
    visitor.go("/graduatorie")
    visitor.follow("Progetti di innovazione sociale")
    visitor.sees("Questa graduatoria è provvisoria")
    rows = visitor.page.locator("main tbody tr:has(.practice-code)").all_inner_texts()
    for place, (row, (key, total)) in enumerate(zip(rows, RANKED.items(), strict=True), start=1):
        outcome = "Esclusa" if key == "party" else "Selezionat"
        for words in (str(place), scene.codes[key], DOSSIERS[key].body, total, outcome):
            assert words in row
    assert f"A pari punti con {scene.codes['guides']}, precede" in rows[1]
    assert f"più punti in “{WORK}” (32 contro 24)" in rows[1]
    assert f"Esclusa, qualunque sia il totale: su “{WORK}”" in rows[4]


def send_letters(office: Visitor, refused: str) -> None:
    """No letter leaves before the refusal has its reason; then all leave together."""
    office.go(f"{OFFICE}/motivi")
    office.type("Codice", "M1")
    office.type("Motivo", REASON)
    office.type("Che cosa si può fare ora", ADVICE)
    office.press("Salva", exact=True)
    office.go(f"{OFFICE}/lettere")
    office.sees("Scegli i motivi di ogni esito negativo")
    office.follow(refused)
    office.tick(f"M1: {REASON}")
    office.press("Salva", exact=True)
    office.follow("Invia le lettere")
    office.press("Invia le lettere")
    office.sees("5 lettere sono partite")


def read_letter(applicant: Visitor, code: str) -> None:
    """Who is refused reads the outcome, its reason, and what to do next."""
    applicant.go(f"/domande/{code}")
    applicant.go(f"/domande/{code}/esito")
    for words in ("Esclusa, qualunque sia il totale", REASON, ADVICE, "TAR"):
        applicant.sees(words)
