"""Scoring grids, frozen: a new version is a new row. The table of priority areas."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class GridDefinition(Base):
    """A grid as data: automatic and judged criteria, weights, guidance by language."""

    __tablename__ = "grid_definition"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    version: Mapped[int]
    definition: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class PriorityArea(Base):
    """A part of the territory that calls may favour, such as the mountain.

    `municipalities` are ISTAT codes; an area without any is told by an answer of the form. A call
    copies the areas it uses as it is published: what changes here changes no published call.
    """

    __tablename__ = "priority_area"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    label: Mapped[dict[str, Any]]
    municipalities: Mapped[list[str]]
    is_example: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
