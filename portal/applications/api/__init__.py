"""One's own applications for programs."""

from portal.applications.api.routes import blueprint

__all__ = ["blueprint"]
