"""Drawing a sample, and noting what its checks found."""

from __future__ import annotations

from typing import Any

from portal import audit, chance, clock, permissions
from portal.db import db, lock, transaction
from portal.errors import Invalid, NotFound, Stale
from portal.evaluation.models import Round
from portal.evaluation.queries import is_kept_from
from portal.outcomes.engine import Basis, CheckResult, draw_codes
from portal.outcomes.models import SampleCheck, SampleItem
from portal.outcomes.queries import population_of

SEED_LETTERS = 26


@transaction()
def draw_sample(found_round: Round, basis: Basis, percent: int, actor: Any) -> SampleCheck:
    """Draw `percent` of the applications of a round, by a seed that stays with the draw.

    Raises Invalid `sample_empty` where there is nothing to draw among, NotFound for who is kept
    from one of them.
    """
    permissions.require(actor, "sample.draw", found_round.call)
    if is_kept_from(actor, found_round):
        raise NotFound
    population = population_of(found_round, basis)
    if not population:
        raise Invalid("sample_empty")
    sample = SampleCheck(
        round=found_round,
        basis=basis,
        percent=percent,
        seed=chance.letters(SEED_LETTERS),
        population=len(population),
        drawn_at=clock.now(),
        drawn_by_id=actor.id,
    )
    db.session.add(sample)
    db.session.flush()
    drawn = draw_codes(population, percent, sample.seed)
    db.session.add_all(
        SampleItem(sample=sample, application_id=population[code], position=position)
        for position, code in enumerate(drawn, start=1)
    )
    facts = {"percent": percent, "population": len(population), "drawn": len(drawn)}
    audit.record("sample.draw", sample, actor, facts=facts)
    return sample


@transaction()
def record_sample_check(
    item: SampleItem, result: CheckResult, reason: str, actor: Any, version: int
) -> None:
    """Note what the check of one application found; noting again replaces it, and the trail tells.

    Raises Invalid `sample_reason` where something irregular has no reason, Stale when somebody
    noted something after `version`.
    """
    permissions.require(actor, "sample.check", item)
    lock(item)
    if item.version != version:
        raise Stale
    if result is CheckResult.IRREGULAR and not reason:
        raise Invalid("sample_reason", "reason")
    is_done = result is not CheckResult.WAITING
    item.result, item.reason = result, reason
    item.checked_at = clock.now() if is_done else None
    item.checked_by_id = actor.id if is_done else None
    facts = {"application_id": item.application_id, "result": result}
    audit.record("sample.check", item, actor, facts=facts)
