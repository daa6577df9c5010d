"""The portal as several machines serve it together."""
