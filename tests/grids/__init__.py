"""Scoring grids: definitions and exact points."""
