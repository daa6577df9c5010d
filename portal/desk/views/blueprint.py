"""The blueprint that the pages of desk register on."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__)
