"""What the people of the journey type and upload, by the labels they read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.files.makers import pdf

PASSWORD, NEW_PASSWORD = "quattro gatti e un treno", "tre tigri sotto la neve"
OPENS, CLOSES = "2027-03-01T09:00", "2027-03-31T12:00"
# Rome has been on summer time since the 28th.
CLOSES_AT = datetime(2027, 3, 31, 10, 0, tzinfo=UTC)
CALL_TITLE = "Progetti di innovazione sociale"
LONG = (
    "Riapriamo il forno del paese tre giorni a settimana.\n"
    "Ci lavorano due persone seguite dal programma, con un fornaio in pensione."
)

DECLARED = (
    "Dichiaro di avere i poteri",
    "Dichiaro che la sede legale",
    "Dichiaro che l'organizzazione non è in liquidazione",
    "Dichiaro che né l'organizzazione",
    "Dichiaro che l'organizzazione è in regola",
    "Dichiaro che le stesse spese",
    "Mi impegno a riportare il CUP",
    "So che devo pubblicare i contributi",
    "Dichiaro di non dare lavoro",
    "Dichiaro che quanto scritto è vero",
)

Answer = tuple[str, str, str]


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    name: str
    email: str


@dataclass(frozen=True)
class Body:
    """A body as its profile describes it."""

    name: str
    type: str
    tax_code: str
    municipality: str
    project: str


ANNA = Person("Anna Bianchi", "anna@esempio.example.org")
BRUNO = Person("Bruno Neri", "bruno@esempio.example.org")
CARLA = Person("Carla Verdi", "carla@esempio.example.org")
DINO = Person("Dino Gallo", "dino@esempio.example.org")
EVA = Person("Eva Riva", "eva@esempio.example.org")
STAFF = Person("Giulia Conti", "ufficio@esempio.example.org")
COMMITTEE = (
    Person("Elena Galli", "elena@esempio.example.org"),
    Person("Marco Fabbri", "marco@esempio.example.org"),
    Person("Paolo Serra", "paolo@esempio.example.org"),
)

APS, COOP = "Associazione di promozione sociale (APS)", "Cooperativa sociale di tipo B"
BODIES = {
    ANNA: Body("Il Forno APS", APS, "97103880585", "Monghidoro", "Il forno di tutti"),
    BRUNO: Body("Passo lento ODV", APS, "80039790375", "Bologna", "Guide di quartiere"),
    CARLA: Body("Festa grande APS", APS, "92000000379", "Imola", "Festa d'estate"),
    EVA: Body("Porte aperte APS", APS, "92000020377", "Casalecchio di Reno", "Sartoria solidale"),
    DINO: Body("Verde vivo", COOP, "92000010378", "Bologna", "Vivaio di quartiere"),
}


def sections(title: str) -> dict[str, Sequence[Answer]]:
    """The answers of the form, section by section: how one answers, the question, the answer."""
    return {
        "Il progetto": (
            ("type", "Titolo del progetto", title),
            ("pick", "Settore principale", "Agricoltura sociale"),
            ("select", "Comune in cui il progetto avrà più effetto", "Monghidoro"),
            ("type", "Il progetto in breve", LONG),
        ),
        "L'organizzazione": (
            ("type", "Esperienza e competenze imprenditoriali", LONG),
            ("type", "Persone oggi al lavoro nell'organizzazione", "4"),
            ("pick", "Con questo progetto fondate", "No"),
        ),
        "Lavoro e impatto sociale": (
            (
                "type",
                "Persone seguite da Insieme per il lavoro che pensi di assumere in tre anni",
                "2",
            ),
            ("tick", "A chi si rivolge", "Donne"),
            ("type", "Come crei lavoro", LONG),
        ),
        "Strategia e sostenibilità": (
            ("type", "Visione e strategia", LONG),
            ("type", "Sostenibilità economica in tre anni", LONG),
            ("type", "Alleanze sul territorio", LONG),
        ),
        **money_and_papers(),
    }


def money_and_papers() -> dict[str, Sequence[Answer]]:
    """The answers of the last sections, the same for everybody."""
    return {
        "Il sostegno che chiedi": (
            ("pick", "Linea di contributo", "Welfare, fino a 8.000 €"),
            ("type", "Contributo che pensi di chiedere", "6.500,50"),
            ("type", "Come lo useresti", LONG),
            ("type", "Quando vuoi partire", "01/09/2027"),
        ),
        "Il bilancio del progetto": (
            ("type", "Spesa, riga 1", "Attrezzature"),
            ("select", "Tipo, riga 1", "Investimenti"),
            ("type", "Importo, riga 1", "6.500,50"),
            ("type", "Risorse proprie o di altri", "0"),
        ),
        "Documenti e dichiarazioni": (
            ("upload", "Statuto, atto costitutivo o impegno a costituirsi", "statuto.pdf"),
            ("pick", "L'IVA sulle spese", "No, resta a nostro carico: i costi comprendono l'IVA"),
            (
                "pick",
                "Ritenuta del 4%",
                "Non si applica: il contributo serve all'attività istituzionale",
            ),
            *(("declare", words, "") for words in DECLARED),
        ),
    }


def document(name: str) -> dict[str, Any]:
    """A small sound PDF, as a browser chooses it."""
    return {"name": name, "mimeType": "application/pdf", "buffer": pdf()[1]}


def program(name: str) -> dict[str, Any]:
    """A program that calls itself a PDF."""
    return {"name": name, "mimeType": "application/pdf", "buffer": b"MZ\x90\x00" + bytes(2_000)}
