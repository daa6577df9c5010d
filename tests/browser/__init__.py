"""The portal walked in a real Chromium, served as in production."""
