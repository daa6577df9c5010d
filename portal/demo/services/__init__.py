"""Loading the demo: people, calls and dossiers through the services that real ones use."""

from portal.demo.services.bulk import load_bulk
from portal.demo.services.programme import add_scale, load_demo

__all__ = ["add_scale", "load_bulk", "load_demo"]
