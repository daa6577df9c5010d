"""Where the programme's money comes from, and what of it is reserved for whom."""
