"""Pages of staff and applicants that span features: today, personal area, dossier."""
