"""Applications: drafts, files, sending, formal check, who may read them."""
