"""Applications that are alike: the same tax code, project or file, found in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from portal.applications.models import Application
from portal.applications.queries import visible_applications
from portal.applications.states import ApplicationState
from portal.db import db
from portal.desk.models import Likeness, LikenessKind
from portal.i18n import lazy

REASONS = {
    LikenessKind.TAX_CODE: lazy("Same tax code, same call"),
    LikenessKind.TITLE: lazy("Same title"),
    LikenessKind.TEXT: lazy("A long answer begins with the same words"),
    LikenessKind.FILE: lazy("The same file, from somebody else"),
}
GONE = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)


@dataclass(frozen=True)
class Alike:
    """Another application, and in what it is like this one."""

    practice_code: str
    title: str
    state: ApplicationState
    kinds: tuple[LikenessKind, ...]


def _pairs(user: Any, of_these: Sequence[int] | None = None) -> Select[Any]:
    """Select, for each application, the others `user` may read that are like it."""
    own, mark, other = aliased(Application), aliased(Likeness), aliased(Likeness)
    statement = (
        visible_applications(user)
        .join(other, other.application_id == Application.id)
        .join(
            mark,
            and_(mark.value == other.value, mark.application_id != other.application_id),
        )
        .join(own, own.id == mark.application_id)
        .where(Application.state.not_in(GONE), own.state.not_in(GONE), _counts(own, mark))
    )
    if of_these is not None:
        statement = statement.where(mark.application_id.in_(of_these))
    columns: list[Any] = [mark.application_id, mark.kind]
    columns += [Application.practice_code, Application.title, Application.state]
    return statement.with_only_columns(*columns)


def _counts(own: Any, mark: Any) -> ColumnElement[bool]:
    """A body may well give the same file twice: files count between applicants."""
    return or_(mark.kind != LikenessKind.FILE, own.applicant_id != Application.applicant_id)


def alike_ids(user: Any) -> Select[Any]:
    """Select the ids of the applications that are like another that `user` may read."""
    pairs = _pairs(user).subquery()
    return select(pairs.c.application_id)


def likeness_of(user: Any, application_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return for each application the codes of those that are like it; others are left out."""
    found: dict[int, list[str]] = {}
    if not application_ids:
        return found
    for row in db.session.execute(_pairs(user, application_ids)):
        codes = found.setdefault(row.application_id, [])
        if row.practice_code not in codes:
            codes.append(row.practice_code)
    return found


def alike(user: Any, application: Application) -> list[Alike]:
    """Return the applications like this one, by code, with the reasons."""
    found: dict[str, tuple[Any, list[LikenessKind]]] = {}
    for row in db.session.execute(_pairs(user, [application.id])):
        kinds = found.setdefault(row.practice_code, (row, []))[1]
        if row.kind not in kinds:
            kinds.append(row.kind)
    return [
        Alike(code, row.title, row.state, tuple(sorted(kinds, key=list(LikenessKind).index)))
        for code, (row, kinds) in sorted(found.items())
    ]
