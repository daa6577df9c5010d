"""A form and a grid for tests, small and complete, and answers that fill the form."""

from __future__ import annotations

from typing import Any

from portal.questionnaires.schemas import QuestionType


def text(italian: str, english: str) -> dict[str, str]:
    """A text in both languages."""
    return {"it": italian, "en": english}


def question(key: str, kind: str, italian: str, english: str = "", **facts: Any) -> dict[str, Any]:
    """A question of a definition."""
    return {"key": key, "type": kind, "label": text(italian, english or italian), **facts}


def option(key: str, italian: str, english: str) -> dict[str, Any]:
    """An option of a definition."""
    return {"key": key, "label": text(italian, english)}


SECTORS = [
    option("community_welfare", "Welfare di comunità", "Community welfare"),
    option("social_agriculture", "Agricoltura sociale", "Social agriculture"),
    option("tourism", "Turismo", "Tourism"),
]
NEEDS = [
    option("training", "Formazione", "Training"),
    option("advice", "Consulenza", "Advice"),
    option("space", "Uno spazio", "A place"),
]

PROJECT = {
    "key": "project",
    "title": text("Il progetto", "The project"),
    "help": text("Raccontaci l'idea.", "Tell us the idea."),
    "questions": [
        question("project_title", "short_text", "Titolo", "Title", limit=80, copies="title"),
        question("description", "long_text", "Descrizione", "Description", limit=200),
        question("sector", "choice", "Settore", "Sector", options=SECTORS, copies="sector"),
        question("impact_place", "municipality", "Dove agirai", "Where you will act"),
        question("needs", "choices", "Di cosa hai bisogno", options=NEEDS, required=False),
    ],
}
MONEY = {
    "key": "money",
    "title": text("I conti", "The money"),
    "questions": [
        question(
            "amount",
            "amount",
            "Contributo richiesto",
            "Grant asked for",
            minimum="100.00",
            maximum=8000,
            copies="requested_amount",
        ),
        question(
            "budget", "file", "Bilancio", "Budget", required=False, accept=["pdf"], most_files=2
        ),
    ],
}
DECLARATIONS = {
    "key": "declarations",
    "title": text("Dichiarazioni", "Declarations"),
    "questions": [
        question("truthful", "declaration", "Dichiaro che è tutto vero.", "I declare it is true."),
    ],
}
FORM: dict[str, Any] = {"sections": [PROJECT, MONEY, DECLARATIONS]}

# What a page sends, section by section, for a form with nothing missing.
COMPLETE: dict[str, dict[str, list[str]]] = {
    "project": {
        "project_title": ["Orto di quartiere"],
        "description": ["Un orto coltivato insieme.\r\nTutto l'anno."],
        "sector": ["social_agriculture"],
        "impact_place": ["037006"],
        "needs": ["training", "space"],
    },
    "money": {"amount": ["6.000,50"]},
    "declarations": {"truthful": ["y"]},
}

COLUMNS = [
    {"key": "item", "type": "short_text", "label": text("Voce", "Item")},
    {"key": "pieces", "type": "integer", "label": text("Pezzi", "Pieces"), "required": False},
    {"key": "cost", "type": "amount", "label": text("Costo", "Cost"), "total": True},
]
# What some types can't do without.
NEEDED: dict[str, dict[str, Any]] = {
    "choice": {"options": NEEDS},
    "choices": {"options": NEEDS},
    "table": {"columns": COLUMNS},
    "computed": {
        "formula": {"sum": [{"question": "amount"}, {"question": "table", "column": "cost"}]}
    },
}
EVERY_TYPE: dict[str, Any] = {
    "sections": [
        {
            "key": "all",
            "title": text("Tutto", "All"),
            "questions": [
                question(kind, kind, kind, **NEEDED.get(kind, {})) for kind in QuestionType
            ],
        }
    ]
}

MOUNTAIN = {
    "points": 4,
    "label": text("comune di montagna", "mountain municipality"),
    "municipalities": ["037059"],
}
GRID: dict[str, Any] = {
    "criteria": [
        {
            "key": "organisation_type",
            "kind": "automatic",
            "source": "organisation_type",
            "label": text("Tipo di organizzazione", "Type of organisation"),
            "weight": 10,
            "points": {"aps": 6, "odv": 6, "social_coop_b": 10},
            "otherwise": "2.5",
        },
        {
            "key": "territory",
            "kind": "automatic",
            "source": "municipality_area:impact_place",
            "label": text("Territorio", "Territory"),
            "weight": 10,
            "points": {"bologna": 6, "metropolitan": 7},
            "extra": [MOUNTAIN],
        },
        {
            "key": "strategic_sector",
            "kind": "automatic",
            "source": "answer:sector",
            "label": text("Settore strategico", "Strategic sector"),
            "weight": 10,
            "points": {"social_agriculture": 10, "tourism": 8},
        },
        {
            "key": "employment",
            "kind": "judged",
            "label": text("Ricadute occupazionali", "Employment impact"),
            "weight": 40,
            "scale": 5,
            "minimum": 2,
        },
        {
            "key": "sustainability",
            "kind": "judged",
            "label": text("Sostenibilità", "Sustainability"),
            "weight": 30,
            "scale": 3,
            "comment": False,
        },
    ],
    "tie_breakers": ["employment"],
}

# A form whose parts look at one another: conditions, a table, sums, a check, closed answers.
LINKED: dict[str, Any] = {
    "sections": [
        {
            "key": "body",
            "title": text("L'ente", "The body"),
            "questions": [
                question("founded", "yes_no", "Già costituito", "Founded already"),
                question(
                    "few",
                    "long_text",
                    "Perché così pochi",
                    "Why so few",
                    visible_if={
                        "all": [
                            {"question": "founded", "is": True},
                            {"none": [{"profile": "area", "is": "bologna"}]},
                        ]
                    },
                ),
                question(
                    "debts",
                    "amount",
                    "Debiti",
                    "Debts",
                    required=False,
                    readers="staff",
                    identifies=True,
                ),
                question(
                    "illness", "long_text", "Salute", "Health", required=False, readers="special"
                ),
            ],
        },
        {
            "key": "costs",
            "title": text("I costi", "The costs"),
            "visible_if": {"question": "founded", "answered": True},
            "questions": [
                question(
                    "lines",
                    "table",
                    "Voci di spesa",
                    "Lines of cost",
                    columns=[
                        *COLUMNS,
                        {
                            "key": "each",
                            "type": "computed",
                            "label": text("Uno", "Each"),
                            "formula": {"share": [{"column": "cost"}, {"column": "pieces"}]},
                        },
                    ],
                    least_rows=1,
                    most_rows=3,
                ),
                question(
                    "total",
                    "computed",
                    "Totale",
                    "Total",
                    formula={
                        "sum": [{"question": "lines", "column": "cost"}, {"question": "asked"}]
                    },
                ),
                question("asked", "amount", "Chiedi", "You ask for"),
            ],
        },
    ],
    "checks": [
        {
            "key": "lines_add_up",
            "left": {"question": "lines", "column": "cost"},
            "must": "equal",
            "right": {"question": "asked"},
            "message": text(
                "Le voci fanno %(left)s, ma chiedi %(right)s: mancano %(difference)s.",
                "The lines add up to %(left)s, you asked for %(right)s.",
            ),
            "at": "asked",
        }
    ],
}
