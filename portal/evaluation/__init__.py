"""Evaluation: assignments, score sheets, rankings."""
