"""What evaluators know: the sectors and strands that plans prefer them for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, insert

from portal import audit, permissions
from portal.accounts.models import User
from portal.db import db, lock, transaction
from portal.errors import Invalid
from portal.evaluation.models import EvaluatorSkill
from portal.evaluation.queries.planning import skill_labels


@transaction()
def set_skills(evaluator: User, skills: Collection[str], actor: Any) -> None:
    """Say what somebody knows: these sectors and strands, and no others."""
    permissions.require(actor, "evaluator_skill.edit", evaluator)
    lock(evaluator)
    if not set(skills) <= skill_labels().keys():
        raise Invalid("choice_unknown", "skills")
    db.session.execute(delete(EvaluatorSkill).where(EvaluatorSkill.user_id == evaluator.id))
    if skills:
        rows = [{"user_id": evaluator.id, "skill": each} for each in sorted(set(skills))]
        db.session.execute(insert(EvaluatorSkill), rows)
    audit.record("evaluator_skill.edit", evaluator, actor, facts={"skills": len(set(skills))})
