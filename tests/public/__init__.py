"""Home, help pages, reports to the office, language."""
