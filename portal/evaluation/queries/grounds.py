"""Why somebody is given a dossier, and why one finds nobody, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.evaluation.engine import Gap, Ground, Why
from portal.i18n import _, lazy, ngettext, pick

# The words that say all by themselves.
PLAIN = {
    Why.PROMOTER: lazy("comes from another promoter than the others"),
    Why.CHOSEN: lazy("is the person you chose"),
    Why.LOT: lazy("drawn by lot among equals"),
    Why.SUITS: lazy("suited it best when it was given out"),
    Why.EVEN: lazy("passed on by a colleague, so that loads are even"),
    Why.SWAP: lazy("exchanged for another dossier, which suits a colleague better"),
}


def ground_texts(grounds: Sequence[Ground], labels: Mapping[str, Any]) -> list[str]:
    """Return the reasons of one choice; `labels` are those of sectors and strands."""
    return [ground_text(each, labels) for each in grounds]


def ground_text(ground: Ground, labels: Mapping[str, Any]) -> str:
    """Return one reason."""
    if ground.why is Why.SECTOR:
        return _("knows the field: %(field)s", field=skill_label(str(ground.fact), labels))
    if ground.why is Why.STRAND:
        return _("knows the strand: %(strand)s", strand=skill_label(str(ground.fact), labels))
    if ground.why is Why.FEWEST:
        return _("nobody had fewer dossiers at that moment (%(load)s)", load=ground.fact)
    if ground.why is Why.LOAD:
        load = int(str(ground.fact))
        return ngettext("%(num)s dossier so far", "%(num)s dossiers so far", load)
    if isinstance(ground.fact, Gap):
        return alone_text(ground.fact)
    return str(PLAIN[ground.why])


def alone_text(gap: Gap) -> str:
    """Return why there was no choice: what keeps the others away."""
    if away := kept_away(gap):
        return _("nobody else can judge it: %(why)s", why=", ".join(away))
    return _("everybody who was chosen judges it")


def skill_label(key: str, labels: Mapping[str, Any]) -> str:
    """Return what a sector or a strand is called."""
    label = labels.get(key, key)
    return label if isinstance(label, str) else pick(label)


def gap_text(gap: Gap) -> str:
    """Return what a dossier lacks, and why it can't be had."""
    why = kept_away(gap) or [_("too few evaluators were chosen")]
    missing = ngettext("One evaluator is missing", "%(num)s evaluators are missing", gap.missing)
    return f"{missing}: {', '.join(why)}."


def kept_away(gap: Gap) -> list[str]:
    """Return what keeps those who were chosen from a dossier, how many each."""
    parts = [
        ngettext(
            "%(num)s of those chosen has an interest",
            "%(num)s of those chosen have an interest",
            gap.barred,
        )
        if gap.barred
        else "",
        ngettext("%(num)s refused it", "%(num)s refused it", gap.declined) if gap.declined else "",
        ngettext("%(num)s judges it already", "%(num)s judge it already", gap.judging)
        if gap.judging
        else "",
    ]
    return [part for part in parts if part]
