"""Why somebody is given a dossier, and why one finds nobody, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.evaluation.engine import Gap, Ground, Why
from portal.i18n import _, ngettext, pick


def ground_texts(grounds: Sequence[Ground], labels: Mapping[str, Any]) -> list[str]:
    """Return the reasons of one choice; `labels` are those of sectors and strands."""
    return [ground_text(each, labels) for each in grounds]


def ground_text(ground: Ground, labels: Mapping[str, Any]) -> str:
    """Return one reason."""
    if ground.why is Why.SECTOR:
        return _("knows the field: %(field)s", field=skill_label(str(ground.fact), labels))
    if ground.why is Why.STRAND:
        return _("knows the strand: %(strand)s", strand=skill_label(str(ground.fact), labels))
    if ground.why is Why.PROMOTER:
        return _("comes from another promoter than the others")
    load = int(ground.fact)
    if ground.why is Why.ALONE:
        return _("nobody else of those chosen can judge it (%(load)s dossiers)", load=load)
    if ground.why is Why.FEWEST:
        return _("has fewest dossiers (%(load)s)", load=load)
    return _("has about as many dossiers as the others (%(load)s)", load=load)


def skill_label(key: str, labels: Mapping[str, Any]) -> str:
    """Return what a sector or a strand is called."""
    label = labels.get(key, key)
    return label if isinstance(label, str) else pick(label)


def gap_text(gap: Gap) -> str:
    """Return what a dossier lacks, and why it can't be had."""
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
    why = [part for part in parts if part] or [_("too few evaluators were chosen")]
    missing = ngettext("One evaluator is missing", "%(num)s evaluators are missing", gap.missing)
    return f"{missing}: {', '.join(why)}."
