"""The second step refused: wrong codes, too many of them, doors that are not one's own yet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.accounts.services import renew_recovery_codes
from portal.permissions import Role
from tests import make
from tests.accounts.test_factor_pages import ANNA, KEY, START, set_up_app, type_password
from tests.browse import submit, words

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize("kind", ["app", "sheet"])
def test_codes_guessed_ten_times_wait_and_the_right_one_too(client: FlaskClient, kind: str) -> None:
    user = make.user(Role.STAFF, email=ANNA)
    with clock.at(START):
        [right, *_] = renew_recovery_codes(user) if kind == "sheet" else [make.code()]
        wrong = "ABCD-EFGH-JKMN" if kind == "sheet" else make.code(200)
        page = "/accedi/codice-di-riserva" if kind == "sheet" else "/accedi/codice"
        type_password(client)
        for _ in range(10):
            assert submit(client, page, code=wrong).status_code == 422
        answer = submit(client, page, code=right)
        assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
        assert client.get("/pratiche").location == "/accedi/codice?next=/pratiche"
    with clock.at(START + timedelta(minutes=16)):
        right = make.code() if kind == "app" else right
        assert submit(client, page, code=right).location == "/oggi"


def test_app_is_not_set_up_by_a_wrong_code_and_the_key_stays(client: FlaskClient) -> None:
    user = make.user(email=ANNA)
    with clock.at(START):
        make.sign_in(client, user)
        key = KEY.findall(client.get("/account/app").text)
        answer = submit(client, "/account/app", code=make.code(200))
        assert (answer.status_code, KEY.findall(answer.text)) == (422, key)
        assert user.factor is None
        assert set_up_app(client).location == "/account/codici-di-riserva"


def test_who_still_has_to_type_a_code_sets_up_no_other_app(client: FlaskClient) -> None:
    make.user(Role.STAFF, email=ANNA)
    type_password(client)
    assert client.get("/account/app").location == "/accedi/codice"
    submit(client, "/accedi/codice", code=make.code())
    assert client.get("/account/app").status_code == 200
    assert client.get("/accedi/codice-di-riserva").location == "/oggi"


def test_saying_again_who_one_is_waits_after_ten_wrong_passwords(client: FlaskClient) -> None:
    make.sign_in(client, make.user(email=ANNA), fresh=False)
    page = "/account/conferma"
    for _ in range(10):
        assert submit(client, page, password="sbagliata").status_code == 422
    answer = submit(client, page, password=make.PASSWORD)
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
    assert client.get("/account/app").location == "/account/conferma?next=/account/app"
    assert "Troppi tentativi" in words(answer)
