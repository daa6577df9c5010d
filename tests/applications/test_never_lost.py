"""Two people, two tabs, lost answers, conflicts, retries: no acknowledged text is ever lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from portal.applications import queries, services
from portal.applications.engine import Seen, plain, read_marks
from portal.errors import Stale
from tests import make
from tests.applications import stories

KEYS = ("project_title", "description")
TABS = 3
MOST_TRIES = 3

tabs = st.integers(0, TABS - 1)
keys = st.sampled_from(KEYS)
texts = st.text("abc", max_size=2)  # to empty a field is to type, too


@dataclass
class Tab:
    """A page in a browser: what stands in it, what it knows, what it has shown its reader."""

    who: Any
    texts: dict[str, list[str]] = field(default_factory=dict)
    seen: dict[str, Seen] = field(default_factory=dict)
    shown: dict[str, list[list[str]]] = field(default_factory=dict)
    unheard: dict[str, list[list[str]]] = field(default_factory=dict)

    def load(self, draft: queries.Draft) -> None:
        """Open the page anew."""
        section = draft.section("project")
        self.seen = read_marks(draft.marks(section))
        self.texts = {key: list(draft.answers.typed(key)) for key in KEYS}
        self.shown = {key: [plain(text)] for key, text in self.texts.items()}
        self.unheard = {key: [] for key in KEYS}

    def show(self, key: str, draft: queries.Draft) -> None:
        """Show what is saved of one answer beside what was typed."""
        self.seen[key] = draft.seen(draft.section("project"))[key]
        self.shown[key].append(plain(draft.answers.typed(key)))


class Filling(RuleBasedStateMachine):
    """What two people do at the same section, and what must stand then."""

    people: tuple[Any, Any]
    call: Any

    def __init__(self) -> None:
        super().__init__()
        anna, piero = self.people
        body = make.body(anna, piero)
        self.application = stories.draft(self.call, body, anna)
        self.code = self.application.practice_code
        self.standing: dict[str, list[str]] = {key: [] for key in KEYS}
        self.tabs = [Tab(self.people[number % 2]) for number in range(TABS)]
        for tab in self.tabs:
            tab.load(self.draft)

    @property
    def draft(self) -> queries.Draft:
        """The draft as it is saved now."""
        return queries.draft_of(self.application)

    def write(self, tab: Tab, key: str, text: list[str]) -> None:
        """Note a text the portal took; who writes over another text must have been shown it."""
        text, before = plain(text), self.standing[key]
        if before != text:
            assert not before or before in tab.shown[key]
        self.standing[key] = text
        tab.shown[key].append(text)

    @rule(tab=tabs, key=keys, text=texts)
    def type(self, tab: int, key: str, text: str) -> None:
        self.tabs[tab].texts[key] = [text]

    @rule(tab=tabs, key=keys)
    def autosave(self, tab: int, key: str) -> None:
        """Save one answer as the script does: what stands there unheard of is one's own text."""
        page = self.tabs[tab]
        for _ in range(MOST_TRIES):
            try:
                draft = self.send(page, key)
            except Stale:
                is_own = plain(self.draft.answers.typed(key)) in page.unheard[key]
                page.show(key, self.draft)
                if not is_own:
                    return
            else:
                self.write(page, key, page.texts[key])
                page.show(key, draft)
                page.unheard[key] = []
                return

    @rule(tab=tabs, key=keys)
    def time_out(self, tab: int, key: str) -> None:
        """Save one answer; the line breaks before the portal's answer comes back."""
        page = self.tabs[tab]
        page.unheard[key].append(plain(page.texts[key]))
        try:
            self.send(page, key)
        except Stale:
            return
        self.write(page, key, page.texts[key])

    @rule(tab=tabs)
    def submit(self, tab: int) -> None:
        """Send the whole section, without a script."""
        page = self.tabs[tab]
        try:
            services.save_section(self.application, "project", page.texts, page.who, seen=page.seen)
        except Stale:
            for conflict in self.draft.conflicts(
                self.draft.section("project"), page.texts, page.seen
            ):
                page.show(conflict.question.key, self.draft)
            return
        for key in KEYS:
            saved = plain(self.draft.answers.typed(key))
            if saved != self.standing[key]:
                assert saved == plain(page.texts[key])
                self.write(page, key, saved)
        page.load(self.draft)

    @rule(tab=tabs)
    def reload(self, tab: int) -> None:
        self.tabs[tab].load(self.draft)

    def send(self, page: Tab, key: str) -> queries.Draft:
        """Send one answer with the version the page knows."""
        version = page.seen[key].version
        return stories.save_field(self.application, key, page.texts[key], page.who, version)

    @invariant()
    def what_was_taken_stands(self) -> None:
        answers = self.draft.answers
        assert {key: plain(answers.typed(key)) for key in KEYS} == self.standing


@pytest.mark.usefixtures("db")
@pytest.mark.check(44, 45)
def test_no_acknowledged_text_is_lost() -> None:
    Filling.people = make.user(), make.user()
    Filling.call = stories.open_call()
    run_state_machine_as_test(
        Filling,
        settings=settings(
            max_examples=10,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
