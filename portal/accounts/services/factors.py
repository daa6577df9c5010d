"""The second factor: setting it up, passing it, recovery codes, taking it away."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from portal import audit, clock, permissions, vault
from portal.accounts import engine, queries
from portal.accounts.models import RecoveryCode, SecondFactor, User
from portal.accounts.services.notices import notify, send_mail
from portal.accounts.services.sessions import end_sessions, renew_session
from portal.accounts.services.throttle import forget_tries, require_tries, take_try
from portal.db import db, lock, transaction
from portal.errors import Forbidden, Invalid, WrongState

CODE_PAGE = "accounts.enter_code"


def enrol_factor(user: User, secret: str, code: str) -> list[str]:
    """Set up an app that shows `code` now, in the place of any before; return recovery codes.

    Every other session ends. Who has an app must have passed it in this session.
    """
    require_tries((engine.CODES, user.email_key))
    step = engine.matching_step(secret, code, clock.now(), last_step=0)
    if step is None:
        raise Invalid("code_wrong", "code")
    with transaction():
        lock(user)
        session = queries.session_by_token(user.session_token)
        if session is None or queries.door_of(user, session.factor_at is not None) == CODE_PAGE:
            raise Forbidden
        set_factor(user, secret, step)
        codes = write_recovery_codes(user)
        end_sessions(user, keep=user.session_token)
        renew_session(user, has_passed=True)
        forget_tries(engine.CODES, user.email_key)
        notify(user, "factor_enrolled")
        audit.record("account.enrol_factor", user, user)
    return codes


def set_factor(user: User, secret: str, last_step: int) -> None:
    """Write the person's app in the current transaction, in the place of any before."""
    drop_factor(user)
    db.session.add(
        SecondFactor(
            user_id=user.id,
            sealed_secret=vault.seal(secret),
            last_step=last_step,
            enrolled_at=clock.now(),
        )
    )
    db.session.flush()
    db.session.expire(user, ["factor"])


def drop_factor(user: User) -> None:
    """Forget the person's app and recovery codes in the current transaction."""
    for model in (SecondFactor, RecoveryCode):
        db.session.execute(delete(model).where(model.user_id == user.id))
    db.session.expire(user, ["factor"])


def write_recovery_codes(user: User) -> list[str]:
    """Write a new sheet of recovery codes in the current transaction; the old one is void."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = engine.new_recovery_codes()
    for code in codes:
        db.session.add(
            RecoveryCode(
                user_id=user.id,
                code_hash=hash_of(user, code),
                created_at=clock.now(),
                used_at=None,
            )
        )
    return codes


def hash_of(user: User, code: str) -> str:
    """Return what is kept of a recovery code; the same code of another person differs."""
    return engine.digest(f"recovery:{user.id}:{code}")


def take_code(user: User, code: str) -> bool:
    """Use up a code of the app, once and for all, in the current transaction."""
    lock(user)
    factor = db.session.scalar(
        select(SecondFactor)
        .where(SecondFactor.user_id == user.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if factor is None:
        return False
    secret = vault.unseal(factor.sealed_secret)
    step = engine.matching_step(secret, code, clock.now(), factor.last_step)
    if step is None:
        note_wrong_code(user)
        return False
    factor.last_step = step
    forget_tries(engine.CODES, user.email_key)
    return True


def note_wrong_code(user: User) -> None:
    """Put a wrong code on record; many in a day are told to the owner, whose password is known."""
    audit.record("account.fail_code", user, user)
    if take_try(engine.SLIPS, user.email_key) is not None:
        send_mail(user, "wrong_codes", clock.today().isoformat())


def pass_factor(user: User, code: str) -> None:
    """Pass the door of this session with a code of the app; Invalid `code_wrong` when it isn't."""
    require_tries((engine.CODES, user.email_key))
    with transaction():
        is_right = take_code(user, code)
        if is_right:
            renew_session(user, has_passed=True)
            audit.record("account.pass_factor", user, user)
    if not is_right:
        raise Invalid("code_wrong", "code")


def use_recovery_code(user: User, code: str) -> int:
    """Pass the door with a code of the sheet, which is then spent; return how many are left."""
    require_tries((engine.CODES, user.email_key))
    left = 0
    with transaction():
        lock(user)
        row = db.session.scalar(
            select(RecoveryCode)
            .where(RecoveryCode.code_hash == hash_of(user, code), RecoveryCode.used_at.is_(None))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if row is None:
            note_wrong_code(user)
        else:
            row.used_at = clock.now()
            forget_tries(engine.CODES, user.email_key)
            renew_session(user, has_passed=True)
            left = queries.recovery_codes_left(user)
            notify(user, "recovery_code_used", left=left)
            audit.record("account.use_recovery_code", user, user, facts={"left": left})
    if row is None:
        raise Invalid("recovery_wrong", "code")
    return left


def renew_recovery_codes(user: User) -> list[str]:
    """Give a new sheet of recovery codes; the old ones are void."""
    permissions.require(user, "account.read")
    with transaction():
        lock(user)
        if user.factor is None:
            raise WrongState
        codes = write_recovery_codes(user)
        notify(user, "recovery_codes_renewed")
        audit.record("account.renew_recovery_codes", user, user)
    return codes


def remove_factor(user: User) -> None:
    """Do without the app; who holds a role can't."""
    permissions.require(user, "account.read")
    with transaction():
        lock(user)
        if user.needs_factor:
            raise WrongState("factor_needed")
        if user.factor is None:
            return
        drop_factor(user)
        end_sessions(user, keep=user.session_token)
        notify(user, "factor_removed")
        audit.record("account.remove_factor", user, user)


def reset_factor(user: User, actor: Any) -> None:
    """Take a lost app away from somebody else, who then sets up another; every session ends.

    An actor of None is the person at the portal's own command line.
    """
    if actor is not None:
        permissions.require(actor, "user.reset_factor")
        if actor.id == user.id:
            raise Forbidden("own_account")
    with transaction():
        lock(user)
        if user.factor is None:
            return
        drop_factor(user)
        end_sessions(user)
        notify(user, "factor_reset")
        audit.record("user.reset_factor", user, actor)


def confirm_identity(user: User, password: str = "", code: str = "") -> None:
    """Say again who one is, by password or by the app, so that this session is fresh."""
    if code:
        require_tries((engine.CODES, user.email_key))
    elif password:
        require_tries((engine.PER_ACCOUNT, user.email_key))
    else:
        raise Invalid("identity_missing", "password")
    is_right = not code and engine.verify_password(user.password_hash, password)
    with transaction():
        if is_right:
            forget_tries(engine.PER_ACCOUNT, user.email_key)
        elif code:
            is_right = take_code(user, code)
        if is_right:
            renew_session(user)
            audit.record("account.confirm_identity", user, user)
    if not is_right:
        raise Invalid("code_wrong", "code") if code else Invalid("password_wrong", "password")
