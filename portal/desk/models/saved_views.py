"""Named views of the office's list: filters, columns and order under a name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base


class SavedView(Base):
    """A view of the list, its owner's or shared with the office; `address` is the list's own."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("owner_id", "name_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str]
    name_key: Mapped[str]
    is_shared: Mapped[bool] = mapped_column(index=True)
    address: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}

    @property
    def owner_ids(self) -> set[int]:
        """Return who may change the view."""
        return {self.owner_id}
