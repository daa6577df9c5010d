"""The evaluation: assigning, scoring, results, rankings."""
