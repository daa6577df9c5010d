"""Calls: their notices, windows, forms and phases."""
