"""What applicants are told while the ranking is provisional: where they stand, what they can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select

from portal.applications.models import Application
from portal.applications.queries import Told
from portal.db import db
from portal.evaluation.models import Ranking, RankingPlace
from portal.evaluation.states import RankingState
from portal.i18n import _, format_date
from portal.outcomes.models import Remark
from portal.outcomes.states import RemarkState


@dataclass(frozen=True)
class OwnPlace:
    """The place of an application in a provisional ranking; `remark` is how far its remark is."""

    position: int
    ranking: Ranking
    remark: RemarkState | None

    @property
    def is_open(self) -> bool:
        """Tell whether a remark can be sent now."""
        return self.remark is None and self.ranking.takes_remarks()


def provisional_places(applications: Sequence[Application]) -> dict[int, OwnPlace]:
    """Return the places in rankings that are provisional, by application: one query."""
    if not applications:
        return {}
    own = and_(
        Remark.ranking_id == Ranking.id, Remark.application_id == RankingPlace.application_id
    )
    rows = db.session.execute(
        select(RankingPlace.application_id, RankingPlace.position, Ranking, Remark.state)
        .join(Ranking, Ranking.id == RankingPlace.ranking_id)
        .outerjoin(Remark, own)
        .where(
            Ranking.state == RankingState.PROVISIONAL,
            RankingPlace.application_id.in_(each.id for each in applications),
        )
    )
    return {id_: OwnPlace(position, ranking, remark) for id_, position, ranking, remark in rows}


def tell_provisional(applications: Sequence[Application]) -> dict[int, Told]:
    """Say of applications under evaluation where they stand, if their ranking is published."""
    return {id_: _told(place) for id_, place in provisional_places(applications).items()}


def _told(place: OwnPlace) -> Told:
    return Told(
        label=_("Provisional ranking"),
        meaning=_(
            "The provisional ranking is published: your project stands at place %(position)s. "
            "Nothing is decided yet.",
            position=place.position,
        ),
        next_step=_next_step(place),
        endpoint="outcomes.show_outcome",
        link=_("Read your points and what you can do"),
    )


def _next_step(place: OwnPlace) -> str:
    last = place.ranking.remarks_day
    if place.is_open and last:
        return _(
            "If you think something is wrong, send a remark by the end of %(day)s. Then we make "
            "the ranking final, and write to you.",
            day=format_date(last),
        )
    if place.remark is RemarkState.SENT:
        return _("We have your remark: we answer it before we make the ranking final.")
    return _("We make the ranking final, and write to you.")
