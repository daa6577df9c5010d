"""F4: the disk of the files fills up, then that of the database."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.faults.clients import Answer
from tests.faults.conftest import Story
from tests.faults.disks import small_disk
from tests.faults.scene import pdf_of, ready_senders
from tests.faults.served import broken_portal
from tests.make import PASSWORD

pytestmark = pytest.mark.faults

PEOPLE, AT_ONCE, PATIENCE_S = 20, 4, 30
FILE, ROOM_MB, DATABASE_MB = 1_000_000, 12, 28
REFUSED = {422, 507}
AWAY = {503, 507}


@pytest.mark.check(34)
def test_files_find_no_room(place: Databases, empty: str, kind: str, tmp_path: Path) -> None:
    """F4 disk of the files full"""
    url = place.copy(empty)
    with small_disk(ROOM_MB) as disk:
        free = 0 if disk.is_mounted else shutil.disk_usage(disk.folder).free
        settings = {"reserve": max(0, free - ROOM_MB * 1_000_000)}
        variables = {
            "FILES_URL": (disk.folder / "files").as_uri(),
            "FAULTS_SETTINGS": json.dumps(settings),
        }
        with broken_portal(url, tmp_path, **variables) as portal:
            story = Story(portal, "F4 disk of the files full", kind)
            people, browser = ready_senders(portal.app, PEOPLE), portal.browser
            contents = [pdf_of(FILE) for _ in people]
            with ThreadPoolExecutor(AT_ONCE) as threads:
                answers = list(threads.map(browser.attach, people, contents))
            judge_refusals(answers)
            kept = portal.column("SELECT storage_key FROM stored_file")
            assert sorted(names_in(disk.folder)) == sorted(kept)
            assert browser.sign_in(people[0].email, PASSWORD).status == 303
            assert browser.get(people[0].address, people[0].cookie).status == 200
            for sender in people:
                story.note(sender, browser.send(sender))
            assert len(story.accepted) == PEOPLE
            shutil.copytree(disk.folder / "files", tmp_path / "moved")
            portal.move_files(tmp_path / "moved")
            story.settle()
    place.drop(url)


def judge_refusals(answers: list[Answer]) -> None:
    """See that some files were taken, and that the others were refused with the reason."""
    statuses = [answer.status for answer in answers]
    assert set(statuses) - REFUSED == {303}
    assert statuses.count(303) > 0
    refused = [answer.text for answer in answers if answer.status in REFUSED]
    assert refused
    assert all("spazio per nuovi file" in text for text in refused)


def names_in(folder: Path) -> list[str]:
    """Return the names of the files that lie in a folder."""
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_database_finds_no_room(place: Databases, empty: str, kind: str, tmp_path: Path) -> None:
    """F4 disk of the database full"""
    with small_disk(DATABASE_MB) as disk:
        (disk.folder / "database").mkdir()
        url = place.copy(empty, disk.folder / "database")
        settings = {} if disk.is_mounted else {"limits_pages": True}
        with broken_portal(url, tmp_path, FAULTS_SETTINGS=json.dumps(settings)) as portal:
            story = Story(portal, "F4 disk of the database full", kind)
            people, browser = ready_senders(portal.app, PEOPLE), portal.browser
            disk.fill(portal)
            with ThreadPoolExecutor(AT_ONCE) as threads:
                answers = list(threads.map(browser.send, people))
            for sender, answer in zip(people, answers, strict=True):
                story.note(sender, answer)
            statuses = {answer.status for answer in answers}
            assert statuses & AWAY
            assert statuses <= AWAY | {303}
            assert browser.get(people[-1].address, people[-1].cookie).status == 200
            disk.free(portal)
            for sender in people:
                story.note(sender, *browser.send_until_received(sender, PATIENCE_S))
            assert len(story.accepted) == PEOPLE
            story.settle()
        place.drop(url)
