"""Tests of sources, lines and reservations."""
