"""How an application is signed: the paper drawn for it, and what has come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.applications.models import Application, PaperToSign, Part, SignedPaper
from portal.calls.engine import SignatureMode, signature_modes_of
from portal.db import db
from portal.errors import NotFound
from portal.files import StoredFile

# Entering with SPID, CIE or CNS is not connected to the portal: nobody can sign that way.
OFFERED = (SignatureMode.DIGITAL_SIGNATURE, SignatureMode.HANDWRITTEN_SCAN)


@dataclass(frozen=True)
class Signing:
    """Where the signature of an application stands.

    `paper` is the latest drawn, `is_stale` tells that answers or profile have changed since.
    """

    modes: tuple[SignatureMode, ...]
    paper: PaperToSign | None
    is_stale: bool
    files: tuple[SignedPaper, ...]

    @property
    def is_asked(self) -> bool:
        """Tell whether the call wants a signature that can be given here."""
        return bool(self.modes)

    @property
    def is_ready(self) -> bool:
        """Tell whether the paper stands drawn, and is good."""
        return self.paper is not None and not self.is_stale and self.pdf is not None

    @property
    def pdf(self) -> StoredFile | None:
        """Return the paper as it was drawn; None until it is."""
        return None if self.paper is None else self.paper.document.file

    @property
    def mode(self) -> SignatureMode:
        """Return how the application is signed now, whole: NONE until it is."""
        if self.is_stale:
            return SignatureMode.NONE
        given = {(file.mode, file.part) for file in self.files}
        scanned = SignatureMode.HANDWRITTEN_SCAN
        if (SignatureMode.DIGITAL_SIGNATURE, Part.SIGNED) in given:
            return SignatureMode.DIGITAL_SIGNATURE
        if {(scanned, Part.SIGNED), (scanned, Part.IDENTITY)} <= given:
            return scanned
        return SignatureMode.NONE

    @property
    def counted(self) -> tuple[SignedPaper, ...]:
        """Return the files of the way in which it is signed."""
        return tuple(file for file in self.files if file.mode is self.mode)

    def of(self, mode: SignatureMode, part: Part) -> list[SignedPaper]:
        """Return the files given as one part of one way."""
        return [file for file in self.files if (file.mode, file.part) == (mode, part)]


def modes_of(application: Application) -> tuple[SignatureMode, ...]:
    """Return the ways of signing that the call takes and the portal offers.

    What an operator filled in may always be signed by hand by the person it is for.
    """
    wanted = set(signature_modes_of(application.call))
    if application.on_behalf_by_id is not None:
        wanted.add(SignatureMode.HANDWRITTEN_SCAN)
    return tuple(mode for mode in OFFERED if mode in wanted)


def is_signature_asked(application: Application) -> bool:
    """Tell whether the call wants every application signed."""
    return any(mode in OFFERED for mode in signature_modes_of(application.call))


def signing_of(application: Application) -> Signing:
    """Return where the signature stands: two queries, none where none is asked for."""
    modes = modes_of(application)
    if not modes:
        return Signing(modes, None, False, ())
    paper = last_paper(application)
    if paper is None:
        return Signing(modes, None, False, ())
    files = tuple(files_of(paper))
    return Signing(modes, paper, not is_current(paper, application), files)


def last_paper(application: Application) -> PaperToSign | None:
    """Return the paper that was drawn last."""
    return db.session.scalar(
        select(PaperToSign)
        .where(PaperToSign.application_id == application.id)
        .order_by(PaperToSign.drawn_at.desc(), PaperToSign.id.desc())
        .limit(1)
    )


def is_current(paper: PaperToSign, application: Application) -> bool:
    """Tell whether answers and profile still are what the paper says."""
    return (paper.answers_version, paper.profile_version) == (
        application.answer_set.version,
        application.applicant.version,
    )


def files_of(paper: PaperToSign) -> Sequence[SignedPaper]:
    """Return the files given for a paper, those taken away left out."""
    return db.session.scalars(
        select(SignedPaper)
        .where(SignedPaper.paper_id == paper.id, SignedPaper.removed_at.is_(None))
        .order_by(SignedPaper.id)
    ).all()


def get_signed_paper(application: Application, file_public_id: str) -> SignedPaper:
    """Return a file given as signature of any paper of this application, or raise NotFound."""
    found = db.session.scalar(
        select(SignedPaper)
        .join(PaperToSign, PaperToSign.id == SignedPaper.paper_id)
        .join(StoredFile, StoredFile.id == SignedPaper.file_id)
        .where(
            PaperToSign.application_id == application.id,
            StoredFile.public_id == file_public_id,
            SignedPaper.removed_at.is_(None),
        )
    )
    if found is None:
        raise NotFound
    return found


def paper_file(application: Application) -> StoredFile:
    """Return the latest paper as it was drawn, or raise NotFound."""
    paper = last_paper(application)
    if paper is None or paper.document.file is None:
        raise NotFound
    return paper.document.file
