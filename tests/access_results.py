"""What stands in the addresses of results, places and money."""

from __future__ import annotations

from portal.applications.models import Application


def arguments_of_results(judged: Application, published: Application) -> dict[str, dict[str, str]]:
    """Return those of results, places and money."""
    about = {"practice_code": judged.practice_code}
    return {
        "applications.renounce_application": about,
        "evaluation.show_explanation": about,
        "evaluation.show_own_points": {"practice_code": published.practice_code},
        "evaluation.show_discussion": {"code": "judged"},
        "evaluation.export_results": {"code": "judged", "kind": "csv"},
        "evaluation.show_office_ranking": {"code": "ranked"},
        "evaluation.show_robustness": {"code": "ranked"},
        "evaluation.ask_robustness": {"code": "ranked"},
        "evaluation.slide_ranking": {"code": "published"},
    }
