"""The blueprint that the pages of calls register on."""

from flask import Blueprint

blueprint = Blueprint("calls", __name__)
