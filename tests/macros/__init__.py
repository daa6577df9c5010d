"""Tests of the page macros."""
