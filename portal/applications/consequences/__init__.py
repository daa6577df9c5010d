"""What applications do when something happens to their call, or to one of them."""

from portal.applications.consequences import amendments, calls, money, proxies, trials

__all__ = ["amendments", "calls", "money", "proxies", "trials"]
