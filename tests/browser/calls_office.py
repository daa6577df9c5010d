"""What the office does to open a call: money on a budget line, a new call, its publication."""

from __future__ import annotations

from tests.browser import applying
from tests.browser.material import Person
from tests.browser.served import ServedPortal
from tests.browser.visitor import Visitor


def enter(portal: ServedPortal, visitor: Visitor, person: Person) -> None:
    """Have the office's account opened by its invitation."""
    portal.command("user", "invite", person.email, "--role", "staff", "--name", person.name)
    applying.open_account(visitor, person)


def fund(visitor: Visitor, line: str, amount: str) -> None:
    """Write down a source, open a line on it, and put money there."""
    visitor.go("/gestione/nuova-fonte")
    visitor.type("Nome", "Raccolta degli indumenti usati")
    visitor.type("Chi paga", "Comune di Bologna")
    visitor.pick("Regime di spesa", "Diritto pubblico")
    visitor.type("Primo giorno", "01/01/2027")
    visitor.type("Codice", f"fonte-{line}")
    visitor.press("Salva la fonte")
    visitor.follow("Nuova voce")
    visitor.type("Titolo della voce", "Assunzioni di persone over 55")
    visitor.type("Codice", line)
    visitor.press("Apri la voce")
    visitor.type("Importo", amount)
    visitor.type("Atto", "PG 1/2027")
    visitor.type("Data dell'atto", "01/03/2027")
    visitor.type("Perché", "Quota dell'anno")
    visitor.press("Aggiungi i soldi")


def open_call(visitor: Visitor, title: str, code: str, window: tuple[str, str | None]) -> None:
    """Make a call of a blueprint, go through the list of checks, and publish it."""
    opens, closes = window
    visitor.go("/gestione/avvisi")
    visitor.follow("Nuovo avviso")
    visitor.select("Parti da", f"Modello: {title}")
    visitor.type("Codice dell'avviso", code)
    visitor.type("Titolo", title)
    visitor.type("Apre il", opens)
    if closes:
        visitor.type("Chiude il", closes)
    visitor.press("Crea la bozza")
    assert visitor.heading == title
    visitor.follow("Controlla e pubblica")
    visitor.sees("Da guardare")
    visitor.tick("Ho guardato i punti segnati")
    visitor.press("Pubblica l'avviso")
    visitor.sees(title)
