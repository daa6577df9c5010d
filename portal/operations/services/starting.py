"""Before the portal serves or works: whatever would lose or spoil data keeps it from starting."""

from __future__ import annotations

import logging

from portal.operations.queries import Finding, self_check

log = logging.getLogger(__name__)


class Unwell(RuntimeError):
    """The portal must not run like this; `findings` say why."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("; ".join(f"{one.part}: {one.trouble}" for one in findings))


def require_well() -> None:
    """Raise Unwell, and log why, when what was found keeps the portal from running.

    What only needs waiting for, a database or a store that is away, is logged: pages say so
    themselves, and a restart at the wrong moment must not take the portal down.
    """
    troubles = [finding for finding in self_check() if finding.trouble]
    for finding in troubles:
        write = log.critical if finding.is_fatal else log.warning
        write("not well at the start", extra={"part": finding.part, "trouble": finding.trouble})
    if fatal := [finding for finding in troubles if finding.is_fatal]:
        raise Unwell(fatal)
