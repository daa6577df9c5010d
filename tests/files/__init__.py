"""Files: what may be uploaded, how it is kept and handed out."""
