"""The blueprint that the pages of applications register on."""

from flask import Blueprint

blueprint = Blueprint("applications", __name__)
