"""The worker as it is started: it works until it is told to stop, then ends well."""

from __future__ import annotations

import os
import signal
import threading

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from portal.jobs import Job, WorkState


def test_worker_told_to_stop_ends_well_with_its_work_done(
    app: Flask, committed: SQLAlchemy
) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # should the worker not start
    told = threading.Timer(2, os.kill, (os.getpid(), signal.SIGTERM))
    told.start()
    try:
        ended = app.test_cli_runner().invoke(args=["worker"])
    finally:
        told.join()
        for number, handler in before.items():
            signal.signal(number, handler)
    assert (ended.exit_code, ended.output) == (0, "")
    states = committed.session.scalars(sa.select(Job.state)).all()
    assert WorkState.DONE in states
    assert WorkState.FAILED not in states
