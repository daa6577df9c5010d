"""Five dossiers sent and admitted, and the people who will judge them, in a database of their own.

Two come to the same total, one falls under a veto, one stays below the threshold by two points of
a mark. The member for the diocese once acted for one of the bodies, and says nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.applications.models import Application
from portal.applications.services import admit_application, submit_application
from portal.calls.models import Call
from portal.calls.services import publish_call
from portal.committee.services import create_promoter
from portal.db import transaction
from portal.permissions import Role
from portal.registry.models import Applicant, OrganisationType
from tests import dossiers, make
from tests.make_definitions import text

CALL = "commissione-2027"
DAY = timedelta(days=1)
WORK, MONEY = "Ricadute occupazionali", "Sostenibilità"
GRID: dict[str, Any] = {
    "criteria": [
        {
            "key": "organisation_type",
            "kind": "automatic",
            "source": "organisation_type",
            "label": text("Tipo di organizzazione", "Type of organisation"),
            "weight": 20,
            "points": {"aps": 15, "social_coop_b": 20},
        },
        {
            "key": "employment",
            "kind": "judged",
            "label": text(WORK, "Employment impact"),
            "weight": 40,
            "scale": 5,
            "minimum": 2,
            "veto": True,
            "comment": "low",
        },
        {
            "key": "sustainability",
            "kind": "judged",
            "label": text(MONEY, "Sustainability"),
            "weight": 40,
            "scale": 5,
            "comment": False,
        },
    ],
    "tie_breakers": ["employment", "received_at"],
}
RULES: dict[str, Any] = {
    "method": "mean",
    "sheets": 2,
    "committee": True,
    "quorum": 2,
    "remarks_days": 10,
}


@dataclass(frozen=True)
class Judged:
    """A body, and the two marks that every evaluator gives to its project."""

    body: str
    tax_code: str
    marks: tuple[int, int]


DOSSIERS = {
    "oven": Judged("Il Forno APS", "97103880585", (5, 4)),
    "guides": Judged("Passo lento APS", "80039790375", (3, 4)),
    "sewing": Judged("Porte aperte APS", "92000020377", (4, 3)),
    "party": Judged("Festa grande APS", "92000000379", (1, 5)),
    "garden": Judged("Verde vivo APS", "92000010378", (2, 2)),
}
PROMOTERS = {
    "comune": "Comune di Bologna",
    "metro": "Città metropolitana di Bologna",
    "diocesi": "Arcidiocesi - Fondazione San Petronio",
}


@dataclass(frozen=True)
class Seat:
    """Somebody of the committee: what he does in it and for whom."""

    name: str
    function: str
    promoter: str


SEATS = {
    "chair": Seat("Elena Galli", "Presidente", "comune"),
    "stand_in": Seat("Marco Fabbri", "Supplente", "comune"),
    "metro": Seat("Paolo Serra", "Componente", "metro"),
    "diocese": Seat("Rita Villa", "Componente", "diocesi"),
    "leaving": Seat("Ugo Poli", "Supplente", "diocesi"),
}
OFFICE = "Giulia Conti"
DECLARED, DETECTED = ("metro", "sewing"), ("diocese", "party")


@dataclass
class Scene:
    """Practice codes by dossier, tokens of open sessions and ids by person."""

    codes: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    def key_of(self, code: str) -> str:
        """Return which dossier a practice code is of."""
        return next(key for key, each in self.codes.items() if each == code)


def set_scene() -> Scene:
    """Have five bodies apply in time, and the office admit them."""
    scene, staff = Scene(), make.user(Role.STAFF, name=OFFICE)
    people = {"office": staff}
    people |= {who: make.user(Role.EVALUATOR, name=seat.name) for who, seat in SEATS.items()}
    for code, name in PROMOTERS.items():
        create_promoter(staff, code=code, name=name)
    call = closed_call(staff)
    for key, judged in DOSSIERS.items():
        people[key] = make.user(name=f"Chi agisce per {judged.body}")
        former = people[DETECTED[0]] if key == DETECTED[1] else None
        application = admitted(call, staff, people[key], judged, former)
        scene.codes[key] = application.practice_code
    for who, user in people.items():
        scene.tokens[who], scene.ids[who] = make.session_of(user), user.id
    return scene


def closed_call(staff: User) -> Call:
    """Return a call that closed five days ago, judged by a committee."""
    now = clock.now()
    window = {"opens": now - 20 * DAY, "closes": now - 5 * DAY}
    call = dossiers.shipped_call(CALL, staff, **window, grid=GRID, evaluation=RULES)
    with clock.at(now - 21 * DAY):
        publish_call(call, staff)
    return call


def admitted(
    call: Call, staff: User, owner: User, judged: Judged, former: User | None
) -> Application:
    """Return an application sent before the closing and admitted after it."""
    with clock.at(call.closes_at - DAY):
        application = dossiers.filled_in(call, body_of(owner, judged, former), owner)
        submit_application(application, owner, f"commission{application.id}", clock.now())
    with clock.at(call.closes_at + DAY):
        dossiers.check(application, staff)
        admit_application(application, staff)
    return application


def body_of(owner: User, judged: Judged, former: User | None) -> Applicant:
    """Return the profile of a body; `former` acted for it until last month."""
    facts: Mapping[str, Any] = {"name": judged.body, "tax_code": judged.tax_code}
    owners = [owner] if former is None else [owner, former]
    body = make.body(*owners, organisation_type=OrganisationType.APS, **facts)
    with transaction():
        for mandate in body.mandates:
            if former is not None and mandate.user_id == former.id:
                mandate.started_at, mandate.ended_at = clock.now() - 90 * DAY, clock.now()
    return body
