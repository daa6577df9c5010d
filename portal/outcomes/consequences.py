"""What outcomes tell the floors below."""

from portal.applications.queries import add_teller
from portal.applications.states import ApplicationState
from portal.outcomes.queries.provisional import tell_provisional

add_teller(ApplicationState.UNDER_EVALUATION, tell_provisional)
