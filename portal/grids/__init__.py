"""Evaluation grids: definitions, and the scoring that reads nothing else."""
