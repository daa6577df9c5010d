"""What the office and the committee do: formal check, assignment, scores, ranking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.browser.material import Person
from tests.browser.visitor import Visitor

CHECKS = (
    "La candidatura è arrivata entro la scadenza",
    "Il richiedente è un ente senza scopo di lucro",
    "La sede legale è nella città metropolitana",
    "Statuto e bilancio ci sono",
    "Le dichiarazioni sono rese da chi ha i poteri",
    "Il contributo richiesto rispetta il massimo",
)
CRITERIA = (
    "Ricadute occupazionali",
    "Capacità imprenditoriale",
    "Visione e strategia",
    "Sostenibilità economica in tre anni",
    "Alleanze sul territorio",
)
MARKS = ("0 - Non trattato", "1 - Molto debole", "2 - Debole", "3 - Sufficiente", "4 - Buono")
NO_WORK = "Il progetto riguarda un solo evento e non prevede lavoro (punto 2 dell'avviso)."


def begin_check(visitor: Visitor, code: str) -> None:
    """Open a dossier and take it in charge."""
    visitor.go(f"/pratiche/{code}")
    visitor.follow("Vai all'istruttoria")
    visitor.press("Avvia l'istruttoria")
    visitor.sees("L'istruttoria è avviata")
    visitor.sees("Che cosa è stato inviato")


def admit(visitor: Visitor, code: str) -> None:
    """Judge every item as met and admit."""
    begin_check(visitor, code)
    for item in CHECKS:
        visitor.pick(item, "Soddisfatto")
    visitor.press("Salva e ammetti")
    visitor.sees("La candidatura è ammessa")


def refuse(visitor: Visitor, code: str) -> None:
    """Find an item not met; without its reason nothing is accepted."""
    begin_check(visitor, code)
    visitor.pick(CHECKS[1], "Non soddisfatto")
    visitor.press("Dichiara non ammissibile")
    visitor.sees("Scrivi perché questo requisito non è soddisfatto")
    visitor.page.locator("textarea[name=reason_eligible_applicant]").fill(NO_WORK)
    visitor.type("Perché non è ammissibile", NO_WORK)
    visitor.press("Dichiara non ammissibile")
    visitor.sees("La candidatura non è ammissibile")


def assign(visitor: Visitor, call: str, codes: Iterable[str], people: Iterable[Person]) -> None:
    """Give several dossiers to several evaluators at once."""
    visitor.go(f"/gestione/avvisi/{call}/assegnazioni")
    for code in codes:
        visitor.tick(code)
    for person in people:
        visitor.tick(person.name)
    visitor.press("Controlla e conferma")
    visitor.sees("Che cosa sarà assegnato")
    visitor.press("Assegna e scrivi ai valutatori")
    visitor.sees("Abbiamo scritto ai valutatori")


def score(visitor: Visitor, code: str, marks: Sequence[int]) -> None:
    """Judge a dossier, read the scores again, and send them."""
    visitor.go(f"/valutazioni/{code}")
    for criterion, mark in zip(CRITERIA, marks, strict=True):
        visitor.pick(criterion, MARKS[mark])
        visitor.type(f"Perché questo voto per “{criterion}”", f"Voto {mark}: elementi concreti.")
    visitor.press("Rileggi e invia")
    visitor.sees("Da quel momento puoi rileggerli, ma non cambiarli")
    visitor.press("Invia i punteggi")
    visitor.sees(f"Hai inviato i punteggi di {code}")
