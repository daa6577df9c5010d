"""Pure rules of the desk."""

from portal.desk.engine.likeness import Marks, Source, marks_of
from portal.desk.engine.names import safe_name

__all__ = ["Marks", "Source", "marks_of", "safe_name"]
