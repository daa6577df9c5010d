"""Pages of the committee."""

from portal.committee.views import agendas, items, minutes, people, sessions
from portal.committee.views.blueprint import blueprint

__all__ = ["agendas", "blueprint", "items", "minutes", "people", "sessions"]
