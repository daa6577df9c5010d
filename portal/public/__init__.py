"""Pages for every visitor: home, notices, the required ones."""
