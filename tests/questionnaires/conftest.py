"""Who fills in, and the answers of one who has just begun."""

from __future__ import annotations

from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from portal.questionnaires.models import AnswerSet
from portal.questionnaires.services import open_answers, save_form_definition
from tests.make import user
from tests.make_definitions import FORM


@pytest.fixture
def anna(db: SQLAlchemy) -> Any:
    return user(name="Anna Bianchi")


@pytest.fixture
def answer_set(db: SQLAlchemy) -> AnswerSet:
    return open_answers(save_form_definition("tests", FORM))
