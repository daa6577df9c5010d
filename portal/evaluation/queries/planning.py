"""What an automatic plan is made of, and what it comes to in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.engine import PROMOTER_LABELS
from portal.accounts.models import User
from portal.accounts.queries import evaluators_for
from portal.applications.models import Application
from portal.calls.engine import STRAND_LABELS
from portal.db import db
from portal.evaluation.engine import Choice, Gap, Judge, Need, Proposal, mark_of, propose, suggest
from portal.evaluation.models import EvaluatorSkill, Round, ScoreSheet
from portal.evaluation.queries.assignments import assignable_to, has_interest
from portal.evaluation.queries.detection import find_interests
from portal.evaluation.queries.grounds import gap_text, ground_texts, skill_label
from portal.evaluation.states import GONE, SheetState
from portal.permissions import Role, covers
from portal.questionnaires.engine import SECTORS
from portal.registry.models import Applicant

Standing = Mapping[int, Mapping[int, SheetState]]  # dossier, evaluator: his sheet


def skill_labels() -> dict[str, Any]:
    """Return what an evaluator may know: sectors of the programme and its strands, by key."""
    sectors = {option.key: option.label for option in SECTORS}
    return {**sectors, **{key: str(label) for key, label in STRAND_LABELS.items()}}


def skill_choices() -> list[tuple[str, str]]:
    """Return what an evaluator may know as a form offers it."""
    labels = skill_labels()
    return [(key, skill_label(key, labels)) for key in labels]


def to_assign(of_round: Round, user: Any) -> list[Application]:
    """Return the dossiers of a round that `user` may assign, with their people: by code."""
    statement = (
        assignable_to(of_round, user)
        .order_by(Application.practice_code)
        .options(
            joinedload(Application.applicant).selectinload(Applicant.mandates),
            joinedload(Application.call),
            selectinload(Application.collaborators),
        )
    )
    return list(db.session.scalars(statement).unique())


def standing_in(of_round: Round) -> dict[int, dict[int, SheetState]]:
    """Return the state of each sheet of a round, by dossier and evaluator: one query."""
    found: dict[int, dict[int, SheetState]] = {}
    rows = db.session.execute(
        select(ScoreSheet.application_id, ScoreSheet.evaluator_id, ScoreSheet.state).where(
            ScoreSheet.round_id == of_round.id
        )
    )
    for application_id, evaluator_id, state in rows:
        found.setdefault(application_id, {})[evaluator_id] = state
    return found


def live(sheets: Mapping[int, SheetState]) -> set[int]:
    """Return who judges, of those who have or had a sheet on a dossier."""
    return {evaluator_id for evaluator_id, state in sheets.items() if state not in GONE}


def judges_of(of_round: Round, people: Sequence[User], standing: Standing) -> list[Judge]:
    """Return people as a plan looks at them: loads in the round, promoters, what they know."""
    loads = Counter(each for sheets in standing.values() for each in live(sheets))
    skills: dict[int, set[str]] = {}
    for user_id, skill in db.session.execute(
        select(EvaluatorSkill.user_id, EvaluatorSkill.skill).where(
            EvaluatorSkill.user_id.in_([each.id for each in people])
        )
    ):
        skills.setdefault(user_id, set()).add(skill)
    return [
        Judge(
            id=each.id,
            load=loads[each.id],
            promoters=promoters_of(each, of_round),
            skills=frozenset(skills.get(each.id, ())),
        )
        for each in people
    ]


def promoters_of(user: User, of_round: Round) -> frozenset[str]:
    """Return who delegates an evaluator of the round's call."""
    return frozenset(
        held.promoter.value
        for held in user.roles
        if held.role == Role.EVALUATOR and held.promoter and covers(held, of_round.scope)
    )


def needs_of(
    of_round: Round,
    applications: Sequence[Application],
    people: Sequence[User],
    standing: Standing,
    wanted: Mapping[int, int],
) -> list[Need]:
    """Return dossiers as a plan looks at them, each with how many evaluators it wants still."""
    promoters = {each.id: promoters_of(each, of_round) for each in evaluators_for(of_round.scope)}
    barred = barred_from_each(applications, people)
    needs = []
    for each in applications:
        sheets = standing.get(each.id, {})
        judging = live(sheets)
        there = sorted(x for judge in judging for x in promoters.get(judge, ()))
        declined = {x for x, state in sheets.items() if state is SheetState.DECLINED}
        needs.append(
            Need(
                id=each.id,
                wanted=max(0, wanted.get(each.id, 0)),
                sector=each.sector or "",
                strand=each.call.strand.value,
                barred=frozenset(barred.get(each.id, ())),
                declined=frozenset(declined),
                judging=frozenset(judging),
                promoters=tuple(there),
            )
        )
    return needs


def barred_from_each(
    applications: Sequence[Application], people: Sequence[User]
) -> dict[int, set[int]]:
    """Return who is kept from each dossier, or would be as soon as it is his."""
    barred = {
        each.id: {user.id for user in people if has_interest(each, user)} for each in applications
    }
    for found in find_interests([each.id for each in applications], people):
        if found.is_certain:
            barred[found.application_id].add(found.user_id)
    return barred


@dataclass(frozen=True)
class Given:
    """An evaluator that a dossier goes to, and why."""

    user: User
    reasons: Sequence[str]


@dataclass(frozen=True)
class PlannedDossier:
    """A dossier in a plan: who has it, who gets it, what stays open."""

    application: Application
    standing: Sequence[str]
    given: Sequence[Given]
    gap: str


@dataclass(frozen=True)
class PlannedLoad:
    """How many dossiers of the round somebody has before and after."""

    user: User
    before: int
    after: int


@dataclass(frozen=True)
class AutomaticPlan:
    """A whole plan as the page shows it; `mark` tells whether it is still the same one."""

    dossiers: Sequence[PlannedDossier]
    loads: Sequence[PlannedLoad]
    pairs: Sequence[tuple[Application, User]]
    mark: str

    @property
    def gaps(self) -> list[PlannedDossier]:
        """Return the dossiers that get fewer evaluators than wanted."""
        return [each for each in self.dossiers if each.gap]


def plan_automatic(
    of_round: Round, evaluators: Sequence[User], per_dossier: int, user: Any
) -> AutomaticPlan:
    """Return who would judge what so that each dossier has `per_dossier` evaluators.

    What stands stays as it is. The round is the seed: the same choice gives the same plan.
    """
    applications, standing = to_assign(of_round, user), standing_in(of_round)
    wanted = {each.id: per_dossier - len(live(standing.get(each.id, {}))) for each in applications}
    return plan_for(of_round, applications, evaluators, standing, wanted)


def plan_for(
    of_round: Round,
    applications: Sequence[Application],
    evaluators: Sequence[User],
    standing: Standing,
    wanted: Mapping[int, int],
) -> AutomaticPlan:
    """Return the plan that gives each dossier as many more evaluators as wanted."""
    needs = needs_of(of_round, applications, evaluators, standing, wanted)
    proposal = propose(needs, judges_of(of_round, evaluators, standing), of_round.id)
    names = {each.id: each.name for each in evaluators_for(of_round.scope)}
    people = {each.id: each for each in evaluators}
    choices: dict[int, list[Choice]] = {}
    for choice in proposal.choices:
        choices.setdefault(choice.need_id, []).append(choice)
    gaps = {gap.need_id: gap for gap in proposal.gaps}
    return AutomaticPlan(
        dossiers=[
            planned(each, standing, names, choices.get(each.id, []), people, gaps.get(each.id))
            for each in applications
            if wanted.get(each.id, 0) > 0
        ],
        loads=[PlannedLoad(people[key], *loads) for key, loads in proposal.loads.items()],
        pairs=pairs_of(proposal, applications, people),
        mark=mark_of(proposal.pairs),
    )


def planned(
    application: Application,
    standing: Standing,
    names: Mapping[int, str],
    choices: Sequence[Choice],
    people: Mapping[int, User],
    gap: Gap | None,
) -> PlannedDossier:
    """Return one dossier of a plan in words."""
    judging = live(standing.get(application.id, {}))
    return PlannedDossier(
        application=application,
        standing=sorted(names[each] for each in judging if each in names),
        given=[Given(people[x.judge_id], ground_texts(x.grounds, skill_labels())) for x in choices],
        gap=gap_text(gap) if gap else "",
    )


def pairs_of(
    proposal: Proposal, applications: Sequence[Application], people: Mapping[int, User]
) -> list[tuple[Application, User]]:
    """Return the records behind the pairs of a proposal."""
    dossiers = {each.id: each for each in applications}
    return [(dossiers[need_id], people[judge_id]) for need_id, judge_id in proposal.pairs]


@dataclass(frozen=True)
class PlanPerson:
    """An evaluator that a plan may use: what he has in the round, who sends him, what he knows."""

    user: User
    load: int
    promoters: Sequence[str]
    skills: Sequence[str]


def plan_people(of_round: Round) -> list[PlanPerson]:
    """Return the evaluators whose role reaches the round, by name."""
    people = evaluators_for(of_round.scope)
    labels = skill_labels()
    return [
        PlanPerson(
            user,
            judge.load,
            [str(PROMOTER_LABELS[key]) for key in sorted(judge.promoters)],
            [skill_label(key, labels) for key in sorted(judge.skills)],
        )
        for user, judge in zip(
            people, judges_of(of_round, people, standing_in(of_round)), strict=True
        )
    ]


def suggestions_for(of_round: Round, application: Application) -> list[Given]:
    """Return who could be given one dossier more, the most suitable first, with the reasons."""
    people, standing = evaluators_for(of_round.scope), standing_in(of_round)
    (need,) = needs_of(of_round, [application], people, standing, {application.id: 1})
    by_id = {each.id: each for each in people}
    return [
        Given(by_id[each.judge_id], ground_texts(each.grounds, skill_labels()))
        for each in suggest(need, judges_of(of_round, people, standing), of_round.id)
    ]
