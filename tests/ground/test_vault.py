"""What is sealed can be read with the key alone, and a key can be changed without losing a word."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet

from portal import vault

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    before = vault._keys
    vault.configure([OLD])
    yield
    vault._keys = before


def test_what_is_sealed_comes_back_and_can_not_be_read() -> None:
    sealed = vault.seal({"città": ["Forlì", 3, None]})
    assert vault.unseal(sealed) == {"città": ["Forlì", 3, None]}
    assert "citt" not in sealed


def test_new_key_first_opens_what_the_old_one_sealed() -> None:
    sealed = vault.seal("segreto")
    vault.configure([NEW, OLD])
    assert (vault.unseal(sealed), vault.unseal(vault.seal("altro"))) == ("segreto", "altro")
    vault.configure([NEW])
    with pytest.raises(vault.Unsealable):
        vault.unseal(sealed)


def test_changed_seal_is_refused() -> None:
    sealed = vault.seal("segreto")
    with pytest.raises(vault.Unsealable):
        vault.unseal(sealed[:-4] + "AAA=")
