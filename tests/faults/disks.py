"""Small disks that fill up: a tmpfs where this machine lets us mount one, else limits as tight."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tests.faults.served import BrokenPortal

LEFT = 96 * 1024  # octets that stay free on a disk that is called full
PAGES = "most_pages"  # read by tests.faults.app at the beginning of every transaction
REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$
"""
TRIGGER = "CREATE TRIGGER full_disk BEFORE INSERT ON audit_entry EXECUTE FUNCTION refuse()"


@dataclass(frozen=True)
class Disk:
    """A folder, on a disk of its own if `is_mounted`."""

    folder: Path
    is_mounted: bool

    def fill(self, portal: BrokenPortal) -> None:
        """Leave no room for the database of a portal."""
        if self.is_mounted:
            room = shutil.disk_usage(self.folder).free - LEFT
            (self.folder / "filling").write_bytes(bytes(max(0, room)))
        elif portal.engine.dialect.name == "sqlite":
            (portal.folder / PAGES).write_text(str(portal.value("PRAGMA page_count")))
        else:
            self.run(portal, REFUSE, TRIGGER)

    def free(self, portal: BrokenPortal) -> None:
        """Make room again."""
        if self.is_mounted:
            (self.folder / "filling").unlink()
        elif portal.engine.dialect.name == "sqlite":
            (portal.folder / PAGES).unlink()
        else:
            self.run(portal, "DROP TRIGGER full_disk ON audit_entry", "DROP FUNCTION refuse()")

    @staticmethod
    def run(portal: BrokenPortal, *statements: str) -> None:
        """Run statements as the owner of the database."""
        with portal.engine.begin() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))


@contextmanager
def small_disk(megabytes: int) -> Iterator[Disk]:
    """Give an empty folder on a small disk."""
    folder = Path(tempfile.mkdtemp(prefix="portal-disk-"))
    folder.chmod(0o755)
    words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(folder)]
    is_mounted = os.getuid() == 0 and subprocess.run(words, check=False).returncode == 0
    try:
        yield Disk(folder, is_mounted)
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        shutil.rmtree(folder)
