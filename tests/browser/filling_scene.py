"""A draft of two colleagues in a served portal, made by a process of its own; prints its code.

Run as `python -m tests.browser.filling_scene` in the environment of the portal.
"""

from __future__ import annotations

import sys
from typing import Any

from portal import create_app
from tests import make
from tests.applications import stories
from tests.browser.material import Person
from tests.make_definitions import question, text
from tests.make_long_form import column, sum_of

ADA = Person("Ada Conti", "ada@esempio.example.org")
UGO = Person("Ugo Lodi", "ugo@esempio.example.org")
FORM: dict[str, Any] = {
    "sections": [
        {
            "key": "all",
            "title": text("Il progetto", "The project"),
            "questions": [
                question("title", "short_text", "Titolo"),
                question("story", "long_text", "Racconto", limit=20, required=False),
                question("partner", "yes_no", "Hai un socio?"),
                question(
                    "name",
                    "short_text",
                    "Come si chiama?",
                    visible_if={"question": "partner", "is": True},
                ),
                question(
                    "costs",
                    "table",
                    "Costi",
                    columns=[
                        column("item", "short_text"),
                        column("amount", "amount", total=True),
                    ],
                    most_rows=9,
                ),
                question("whole", "computed", "Totale", result="amount", formula=sum_of("costs")),
                question("papers", "file", "Carte", most_files=3, required=False),
            ],
        }
    ]
}


def main() -> None:
    """Make the people, the call and the draft."""
    app = create_app()
    with app.app_context():
        ada, ugo = (make.user(name=each.name, email=each.email) for each in (ADA, UGO))
        body = make.body(ada, ugo, name="Orti in comune")
        application = stories.draft(stories.open_call(form=FORM), body, ada)
        sys.stdout.write(application.practice_code)


if __name__ == "__main__":
    main()
