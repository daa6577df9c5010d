"""Applications: drafts, attachments, submission, formal check, messages."""
