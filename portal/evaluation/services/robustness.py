"""Having the robustness of a large round worked out by a job."""

from __future__ import annotations

from typing import Any

from portal import audit, clock, jobs, permissions
from portal.db import db, lock, transaction
from portal.evaluation.engine.robustness import as_json, count_trials, robustness_of
from portal.evaluation.models import RobustnessReport, Round
from portal.evaluation.queries.robustness import has_failed, job_key, material_of


@transaction()
def ask_robustness(found_round: Round, actor: Any) -> RobustnessReport:
    """Have a job work out how firm the ranking of a round stands, on the scores as they are then.

    What was found before goes; asked for while a job is at work, nothing more happens.
    """
    permissions.require(actor, "ranking.try", found_round.call)
    lock(found_round)
    report = db.session.get(RobustnessReport, found_round.id)
    if report is not None and report.made_at is None and not has_failed(report):
        return report
    if report is None:
        report = RobustnessReport(round_id=found_round.id)
        db.session.add(report)
    report.asked_at, report.asked_by_id = clock.now(), actor.id
    report.made_at = report.result = None
    report.trials = report.done = 0
    db.session.flush()
    jobs.add_job("evaluation.try_ranking", job_key(report), round_id=found_round.id)
    audit.record("ranking.try", found_round, actor)
    return report


@jobs.handles("evaluation.try_ranking")
def try_ranking(round_id: int) -> None:
    """Work it out, telling after each trial how far it is, then write it down."""
    material = material_of(db.session.get_one(Round, round_id))
    tell_progress(round_id, count_trials(material), 0)
    found = robustness_of(
        material, lambda done: tell_progress(round_id, count_trials(material), done)
    )
    with transaction():
        report = db.session.get_one(RobustnessReport, round_id)
        report.made_at, report.result = clock.now(), as_json(found)


@transaction()
def tell_progress(round_id: int, trials: int, done: int) -> None:
    """Write down how many trials are done, for who waits; the job stays this worker's."""
    jobs.keep_lease()
    report = db.session.get_one(RobustnessReport, round_id)
    report.trials, report.done = trials, done
