"""Tests of what follows the evaluation."""
