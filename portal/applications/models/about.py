"""What rules of permission look at on a record about one application: they ask the application."""

from __future__ import annotations

from typing import Any


class AboutApplication:
    """Mixed into records about an application: nobody works on what belongs to his own dossier."""

    application: Any

    @property
    def scope(self) -> tuple[str, str]:
        """Return what a limited role must cover."""
        found: tuple[str, str] = self.application.scope
        return found

    @property
    def owner_ids(self) -> set[int]:
        """Return who acts for the applicant."""
        found: set[int] = self.application.owner_ids
        return found

    @property
    def collaborators(self) -> list[Any]:
        """Return who was invited by the applicant."""
        found: list[Any] = self.application.collaborators
        return found

    @property
    def on_behalf_by_id(self) -> int | None:
        """Return who filled the application in for somebody."""
        found: int | None = self.application.on_behalf_by_id
        return found

    @property
    def access_rows(self) -> list[Any]:
        """Return the dossier's grants and bars."""
        found: list[Any] = self.application.access_rows
        return found
