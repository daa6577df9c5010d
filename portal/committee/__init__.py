"""The committee: promoters and their members, sessions, votes, minutes."""
