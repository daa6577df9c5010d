"""Calls: their files, who sees them, their pages and their command."""
