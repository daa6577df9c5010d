"""What applications do when something happens to their call, or to one of them."""

from portal.applications.consequences import calls

__all__ = ["calls"]
