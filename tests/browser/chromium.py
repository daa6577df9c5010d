"""Debian's Chromium, started so that it looks for no host of its own."""

from __future__ import annotations

from playwright.sync_api import Browser, Playwright

PROGRAM = "/usr/bin/chromium"
# Each of these keeps it from a request that a closed network would refuse; root needs the first.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch(playwright: Playwright) -> Browser:
    """Start it without a window."""
    return playwright.chromium.launch(executable_path=PROGRAM, args=[*FLAGS])
