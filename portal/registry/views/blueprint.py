"""The blueprint that the pages of the registry register on."""

from flask import Blueprint

blueprint = Blueprint("registry", __name__)
