"""Which passwords are taken, and how they are hashed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.accounts.engine.visits import new_token
from portal.errors import Invalid, declare, mark

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 128

declare(
    {
        "password_short": mark("The password needs at least %(minimum)s characters."),
        "password_common": mark(
            "This password is among the first ones that a stranger would try. Choose another, for "
            "instance four words that have nothing to do with each other."
        ),
        "password_wrong": mark("This is not your current password."),
    }
)

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
        HASHER.verify(password_hash or HASH_OF_NOBODY, _bytes(password))
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


# Made when the process starts: made at the first refusal, it would make that one slower.
HASH_OF_NOBODY = hash_password(new_token())


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
