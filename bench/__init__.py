"""Measures the portal's pages beside bare ones: `make bench`."""
