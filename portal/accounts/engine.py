"""Pure rules of accounts: which passwords are taken, how they are hashed, tokens, terms, limits."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.errors import Invalid, declare, mark
from portal.i18n import lazy

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128

IDLE_WITH_ROLES = timedelta(minutes=30)
LONGEST_SESSION = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)

CONFIRM_TERM = timedelta(days=3)
RESET_TERM = timedelta(minutes=60)
INVITE_TERM = timedelta(days=7)

declare(
    {
        "sign_in_failed": mark(
            "E-mail address and password don't match an active account. Check both. If you have "
            "just registered, follow the link in our mail first; if you don't remember the "
            "password, choose a new one."
        ),
        "too_many_tries": mark(
            "There have been too many tries. Wait %(minutes)s min, then try again."
        ),
        "password_short": mark("The password needs at least %(minimum)s characters."),
        "password_common": mark(
            "This password is among the first ones that a stranger would try. Choose another, for "
            "instance four words that have nothing to do with each other."
        ),
        "password_wrong": mark("This is not your current password."),
        "link_spent": mark(
            "This link is no longer good: it has been used, it is too old, or a newer one took "
            "its place."
        ),
        "account_disabled": mark("This account has been closed."),
        "role_held": mark("This person holds this role already."),
    }
)

ROLE_LABELS: Mapping[str, Any] = {
    "admin": lazy("Administration of the portal"),
    "staff": lazy("Office"),
    "evaluator": lazy("Evaluation committee"),
    "tutor": lazy("Tutor"),
    "bank": lazy("Bank"),
    "auditor": lazy("Auditor"),
}


@dataclass(frozen=True)
class Limit:
    """How many tries of one kind are let through in a window of time."""

    kind: str
    tries: int
    window: timedelta


# Wrong passwords for one account, and from one source; a right one gives its try back.
PER_ACCOUNT = Limit("account", 10, timedelta(minutes=15))
PER_SOURCE = Limit("source", 50, timedelta(minutes=15))
# Registrations and requests of a new password from one source; mails they cause to one address.
REQUESTS = Limit("request", 30, timedelta(hours=1))
MAILS = Limit("mail", 5, timedelta(hours=1))


# --- tokens --------------------------------------------------------------------------------------


def new_token() -> str:
    """Return a secret for a session or a mailed link: 256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """Return what is kept of a token, or of a try's subject, in its place."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def email_key(email: str) -> str:
    """Return the form in which addresses are compared: one account each."""
    return email.casefold()


def is_live(created_at: datetime, seen_at: datetime, now: datetime, has_roles: bool) -> bool:
    """Tell whether a session holds: 12 hours for all, 30 idle minutes for who holds a role."""
    if now - created_at >= LONGEST_SESSION:
        return False
    return not has_roles or now - seen_at < IDLE_WITH_ROLES


# --- passwords -----------------------------------------------------------------------------------

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# Words that common passwords are made of. Each is tried with digits and signs around it, with
# digits for letters, and joined to others.
COMMON_WORDS = frozenset(
    """
    password passwort passw parola parolachiave segreta segreto chiave accesso admin administrator
    amministratore amministrazione utente user guest ospite root login welcome benvenuto benvenuti
    benvenuta change changeme cambiami prova test tester demo esempio example temp temporanea
    default master internet computer server system sistema segreteria ufficio azienda impresa
    ciao ciaociao hello hola salve buongiorno buonasera grazie prego amore amoremio tesoro tesorino
    cuore cucciolo stella stellina sole luna mare fiore angelo angela principessa principe mamma
    papa bambino bambina famiglia amico amica amici amiche bello bella bellissima gatto gattino cane
    cagnolino micio drago dragon tigre leone lupo farfalla delfino monkey tiger shadow sunshine
    iloveyou tiamo loveyou forever letmein trustno whatever superman batman pokemon starwars
    pippo pluto paperino topolino minnie paperone pinocchio qwerty qwertyuiop asdfgh zxcvbn azerty
    juventus milan inter napoli roma lazio fiorentina bolognafc virtus fortitudo forzajuve
    forzamilan forzainter forzaroma forzanapoli forzabologna ferrari ducati lamborghini vespa
    calcio football pallone maradona totti ronaldo italia italiano italiana emilia romagna
    modena parma ravenna ferrara forli rimini imola milano torino firenze venezia genova palermo
    gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
    lunedi martedi mercoledi giovedi venerdi sabato domenica primavera estate autunno inverno natale
    andrea marco matteo luca francesco alessandro davide simone lorenzo giuseppe antonio giovanni
    stefano roberto paolo michele federico riccardo daniele giulia chiara francesca federica sara
    martina valentina alessia silvia elisa elena laura alice giorgia maria anna paola monica
    """.split()
)
CONTEXT_WORDS = frozenset(
    """
    bologna insieme lavoro portale insiemeperillavoro perillavoro comune metropolitana arcidiocesi
    regione bando bandi avviso avvisi domanda candidatura contributo progetto
    """.split()
)
KEYBOARD = (
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
LEET = str.maketrans("013457@$!", "oieastasi")
SHORTEST_OWN_WORD = 4
FEWEST_LEFT = 5


def hash_password(password: str) -> str:
    """Return the argon2id hash; every character counts, none is trimmed."""
    return HASHER.hash(_bytes(password))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Tell whether the password is right; without a hash it takes as long to say no."""
    try:
        HASHER.verify(password_hash or _hash_of_nobody(), _bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def require_good_password(password: str, *own: str) -> None:
    """Refuse what is too short, too long, or easily guessed from `own` (name, address)."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid("password_short", "password", minimum=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise Invalid("too_long", "password", length=len(password), maximum=LONGEST_PASSWORD)
    if _is_common(password, own):
        raise Invalid("password_common", "password")


def _bytes(password: str) -> bytes:
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


@cache
def _hash_of_nobody() -> str:
    return hash_password(new_token())


def _is_common(password: str, own: Iterable[str]) -> bool:
    plain = _fold(password)
    if _is_pattern(plain):
        return True
    words = COMMON_WORDS | CONTEXT_WORDS | _own_words(own)
    return any(_is_made_of(words, text) for text in (plain, plain.translate(LEET)))


def _fold(text: str) -> str:
    """Return the text in lower case without accents and blanks."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"\s", "", "".join(c for c in bare if not unicodedata.combining(c)))


def _own_words(own: Iterable[str]) -> frozenset[str]:
    found = (word for text in own for word in re.split(r"[\W\d_]+", _fold_words(text)))
    return frozenset(word for word in found if len(word) >= SHORTEST_OWN_WORD)


def _fold_words(text: str) -> str:
    return " ".join(_fold(word) for word in text.split())


def _is_pattern(text: str) -> bool:
    """Tell a piece said over and over, or a walk along the keyboard, the alphabet, the figures."""
    for size in range(1, min(4, len(text) // 2) + 1):
        if (text[:size] * len(text))[: len(text)] == text:
            return True
    if len(set(text)) < SHORTEST_OWN_WORD:
        return True
    rows = [row * 2 for row in (*KEYBOARD, *(row[::-1] for row in KEYBOARD))]
    return _covered_by(rows, text)


def _covered_by(rows: list[str], text: str) -> bool:
    """Tell whether the whole text is made of runs of at least three keys in a row."""
    start = 0
    while start < len(text):
        end = start + 3
        if not any(text[start:end] in row for row in rows) or end > len(text):
            return False
        while end < len(text) and any(text[start : end + 1] in row for row in rows):
            end += 1
        start = end
    return True


def _is_made_of(words: Iterable[str], text: str) -> bool:
    """Tell whether, without known words, too few letters and signs are left."""
    rest = text
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "\n")
    return rest != text and len(re.sub(r"[\n\d]", "", rest)) < FEWEST_LEFT
