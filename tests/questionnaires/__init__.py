"""Forms as data, and what happens to the answers."""
