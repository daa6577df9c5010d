"""Tests of how typed text becomes a value, or a reason why not."""
