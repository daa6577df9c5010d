"""The kinds of file the portal takes, each judged by its extension and by its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import puremagic

from portal.errors import Invalid
from portal.files import archives, pdfs, pictures, signatures
from portal.files.limits import Limits

OFFICE = "application/vnd.openxmlformats-officedocument"
PACKED = frozenset({".zip", ".docx", ".xlsx"})
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
HEAD = 64 * 1024


@dataclass(frozen=True)
class Kind:
    """One kind: what it is served as, what its first octets may look like, how it is checked."""

    media_type: str
    looks: frozenset[str]
    check: Callable[[Path, Limits], None]
    rewrite: Callable[[Path, Path], None] | None = None


PDF = Kind("application/pdf", frozenset({".pdf"}), pdfs.check_pdf)
JPEG = Kind(
    "image/jpeg", frozenset({".jpg", ".jpeg"}), pictures.check_picture, pictures.rewrite_jpeg
)
KINDS: dict[str, Kind] = {
    "pdf": PDF,
    "png": Kind("image/png", frozenset({".png"}), pictures.check_picture, pictures.rewrite_png),
    "jpg": JPEG,
    "jpeg": JPEG,
    "docx": Kind(f"{OFFICE}.wordprocessingml.document", PACKED, archives.check_docx),
    "xlsx": Kind(f"{OFFICE}.spreadsheetml.sheet", PACKED, archives.check_xlsx),
    "zip": Kind("application/zip", PACKED, archives.check_zip),
    "p7m": Kind("application/pkcs7-mime", frozenset(), signatures.check_signed),
}


def extension_of(name: str) -> str:
    """Return the extension in small letters, without the dot."""
    return name.rpartition(".")[2].casefold()


def kind_of(name: str) -> Kind:
    """Return the kind the extension promises; Invalid for one the portal never takes."""
    kind = KINDS.get(extension_of(name))
    if kind is None:
        raise Invalid("file_type_not_allowed")
    return kind


def require_sound(path: Path, name: str, limits: Limits) -> None:
    """Raise Invalid unless the content is of the kind its name promises, whole and harmless.

    There is no virus scanner here: the EICAR string is refused because it is no known kind.
    """
    kind = kind_of(name)
    if kind.looks:
        _require_look(path, kind)
    kind.check(path, limits)
    if kind is KINDS["p7m"]:
        _check_content(path, name, limits)


def _check_content(path: Path, name: str, limits: Limits) -> None:
    """Check what was signed: by the name without `.p7m`, as a PDF where that says nothing."""
    inner = name.rpartition(".")[0]
    if extension_of(inner) not in KINDS.keys() - {"zip"} or "." not in inner:
        inner = "content.pdf"
    content = path.with_name(f"{path.name}.content")
    try:
        content.touch(mode=0o600)
        content.write_bytes(signatures.content_of(path))
        require_sound(content, inner, limits)
    finally:
        content.unlink(missing_ok=True)


def _require_look(path: Path, kind: Kind) -> None:
    with path.open("rb") as file:
        head = file.read(HEAD)
    if kind.looks is PACKED and head.startswith(OLD_OFFICE):
        encrypted = ENCRYPTED_OFFICE in path.read_bytes()
        raise Invalid("file_password" if encrypted else "file_type_mismatch")
    try:
        looks = {match.extension for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError) as error:
        raise Invalid("file_damaged") from error  # it begins like nothing known
    if not looks & kind.looks:
        raise Invalid("file_type_mismatch")
