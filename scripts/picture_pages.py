"""Which pages of the demo are drawn, by role: the name of each picture, and its address."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.browser.served import ServedPortal

DRAFT_CALL = "innovazione-sociale-2027"
SPRING, SUMMER, AUTUMN = "innovazione-sociale-2023", "%-estate", "%-autunno"
ROLLING = "autoimpiego-%"
Pages = Iterator[tuple[str, str]]

OF_APPLICANT = (
    "SELECT practice_code FROM application"
    " JOIN applicant ON applicant.id = application.applicant_id"
    " JOIN mandate ON mandate.applicant_id = applicant.id"
    ' JOIN "user" ON "user".id = mandate.user_id'
    " WHERE \"user\".email LIKE 'ente@%' AND state "
)


def visitor_pages(portal: ServedPortal) -> Pages:
    """Pages that need no account."""
    call, amended = open_call(portal), call_like(portal, "%-prossima")
    yield from {
        "home": "/",
        "calls": "/avvisi",
        "service-sheet": f"/avvisi/{call}",
        "whole-form": f"/avvisi/{call}/modulo",
        "can-i-apply": f"/avvisi/{call}/posso-partecipare",
        "questions": f"/avvisi/{call}/domande",
        "new-question": f"/avvisi/{call}/domande/nuova",
        "amended": f"/avvisi/{amended}",
        "version-before": f"/avvisi/{amended}/versioni/1",
        "rankings": "/graduatorie",
        "ranking": f"/graduatorie/{call_like(portal, SPRING)}",
        "ranking-provisional": f"/graduatorie/{call_like(portal, SUMMER)}",
        "ranking-without-names": f"/graduatorie/{call_like(portal, ROLLING)}?turno=1",
        "check-receipt": "/verifica",
        "faq": "/domande-frequenti",
        "contacts": "/contatti",
        "privacy": "/privacy",
        "legal-notes": "/note-legali",
        "accessibility": "/dichiarazione-di-accessibilita",
        "report": "/segnala-disservizio",
        "sign-in": "/accedi",
        "register": "/registrati",
        "forgotten-password": "/password/dimenticata",
        "demo": "/demo/",
        "mailbox": "/demo/posta",
        "not-found": "/che-non-esiste",
    }.items()


def body_pages(portal: ServedPortal) -> Pages:
    """Pages of somebody who applies for a body, before, during and after a draft."""
    start = f"/avvisi/{open_call(portal)}/candidatura"
    profile = portal.value("SELECT public_id FROM applicant WHERE email LIKE 'ente@%'")
    yield from {
        "profiles": "/profili",
        "profile": f"/profili/{profile}",
        "profile-people": f"/profili/{profile}/persone",
        "profile-documents": f"/profili/{profile}/documenti",
        "new-body": "/profili/nuovo-ente",
        "new-person": "/profili/nuova-persona",
        "account": "/account",
        "change-password": "/account/password",
        "second-step": "/account/app",
        "sessions": "/account/sessioni",
        "start": start,
    }.items()
    draft = portal.value(f"{OF_APPLICANT} = 'draft'")
    if draft is None:
        raise SystemExit("the draft was not started: look at the picture 'start'")
    yield from personal_pages()
    yield "copy-before", f"/domande/{draft}/copia"
    yield "task-list", f"/domande/{draft}"
    names = {"project": "section", "budget": "table"}
    for section in ("project", "support", "budget", "documents"):
        name = names.get(section, f"section-{section}")
        yield name, f"/domande/{draft}/sezioni/{section}"
    yield "summary", f"/domande/{draft}/riepilogo"
    yield "people-of-draft", f"/domande/{draft}/persone"
    sent = portal.value(f"{OF_APPLICANT} <> 'draft'")
    yield "sent", f"/domande/{sent}"
    for name, page in {
        "receipt": "ricevuta",
        "points": "punteggio",
        "remark": "osservazioni",
        "messages": "messaggi",
        "rating": "valutazione",
    }.items():
        yield f"sent-{name}", f"/domande/{sent}/{page}"


def personal_pages() -> Pages:
    """The tabs of the personal area."""
    yield "personal-area", "/area-personale"
    for name, page in {
        "applications": "pratiche",
        "messages": "messaggi",
        "documents": "documenti",
        "deadlines": "scadenze",
    }.items():
        yield f"personal-{name}", f"/area-personale/{page}"


def person_pages(portal: ServedPortal) -> Pages:
    """Pages of somebody who applies for herself."""
    yield from personal_pages()
    yield "start", f"/avvisi/{call_like(portal, ROLLING)}/candidatura"


def staff_pages(portal: ServedPortal) -> Pages:
    """Pages of the office."""
    yield from office_lists()
    yield from call_pages(portal)
    yield from dossier_pages(portal)
    yield from evaluation_pages(portal)
    yield from outcome_pages(portal)
    yield from committee_pages(portal)


def office_lists() -> Pages:
    """What spans the calls."""
    yield from {
        "today": "/oggi",
        "list": "/pratiche",
        "views": "/pratiche/viste",
        "on-behalf": "/pratiche/per-conto",
        "import": "/pratiche/importa",
        "export": "/pratiche/esporta",
        "applicants": "/enti",
        "messages": "/messaggi",
        "ratings": "/opinioni",
        "mailings": "/comunicazioni",
        "mail": "/comunicazioni/posta",
        "new-mailing": "/comunicazioni/nuova",
        "mail-templates": "/comunicazioni/modelli",
        "questions": "/gestione/quesiti",
        "evaluators": "/gestione/valutatori",
        "areas": "/gestione/aree",
        "new-area": "/gestione/aree/nuova",
        "promoters": "/gestione/promotori",
        "promoter": "/gestione/promotori/comune",
        "sources": "/gestione/fonti",
        "budget-line": "/gestione/voci/over-55",
    }.items()


def call_pages(portal: ServedPortal) -> Pages:
    """A call from its draft to its life."""
    own, autumn = f"/gestione/avvisi/{DRAFT_CALL}", call_like(portal, AUTUMN)
    yield "manage-calls", "/gestione/avvisi"
    yield "new-call", "/gestione/avvisi/nuovo"
    yield "call", own
    for name, page in {
        "outline": "modulo",
        "section": "modulo/sezioni/project",
        "grid": "griglia",
        "criterion": "griglia/criteri/employment",
        "criterion-automatic": "griglia/criteri/territory",
        "new-criterion": "griglia/nuovo/judged",
        "grid-compare": "griglia/confronta",
        "grid-preview": "griglia/anteprima",
        "checklist": "pubblica",
    }.items():
        yield name, f"{own}/{page}"
    yield "life", f"/gestione/avvisi/{autumn}/storia"
    yield "extend", f"/gestione/avvisi/{open_call(portal)}/proroga"


def dossier_pages(portal: ServedPortal) -> Pages:
    """Single applications as the office works on them."""
    judged, checking = application_in(portal, "selected"), application_in(portal, "formal_check")
    yield "list-filtered", f"/pratiche?call={call_like(portal, AUTUMN)}&q=aps"
    yield "dossier", f"/pratiche/{judged}"
    yield "formal-check", f"/pratiche/{checking}/istruttoria"
    yield "ask-to-complete", f"/pratiche/{checking}/integrazione"
    yield "notes", f"/pratiche/{checking}/note"
    yield "dossier-messages", f"/pratiche/{checking}/messaggi"
    yield "explanation", f"/pratiche/{judged}/spiegazione"
    yield "automatic-points", f"/pratiche/{judged}/punti-automatici"
    yield "correct-points", f"/pratiche/{judged}/punti-automatici/territory"


def evaluation_pages(portal: ServedPortal) -> Pages:
    """Interests, assignment, progress, results, rankings as they are drawn."""
    autumn, rolling = f"/gestione/avvisi/{call_like(portal, AUTUMN)}", call_like(portal, ROLLING)
    ranked = f"/gestione/avvisi/{call_like(portal, SPRING)}"
    interest = portal.value("SELECT id FROM interest WHERE state = 'possible'")
    leaving = portal.value("SELECT id FROM \"user\" WHERE email LIKE 'valutatore.arcidiocesi%'")
    sheet = portal.value("SELECT id FROM score_sheet WHERE state = 'draft'")
    sent = portal.value("SELECT id FROM score_sheet WHERE state = 'sent' ORDER BY id DESC")
    question = portal.value("SELECT public_id FROM sheet_question")
    for name, page in {
        "interests": "interessi",
        "assignments": "assegnazioni",
        "plan": "assegnazioni/automatica",
        "progress": "avanzamento",
        "due-day": "avanzamento/scadenza",
        "chase": "avanzamento/solleciti",
        "substitute": f"valutatori/{leaving}",
        "results-open": "risultati",
        "to-discuss": "risultati/da-discutere",
        "try-grid": "griglia/prova",
    }.items():
        yield name, f"{autumn}/{page}"
    yield "progress-blind", f"/gestione/avvisi/{rolling}/avanzamento"
    yield "results-blind", f"/gestione/avvisi/{rolling}/risultati"
    yield "interest", f"/gestione/interessi/{interest}"
    yield "withdraw-sheet", f"/gestione/schede/{sheet}/ritira"
    yield "reopen-sheet", f"/gestione/schede/{sent}/riapri"
    yield "sheet-question", f"/gestione/quesiti/{question}"
    yield "results", f"{ranked}/risultati"
    yield "office-ranking", f"{ranked}/graduatoria"
    yield "robustness", f"{ranked}/graduatoria/robustezza"
    yield "slide", f"{ranked}/graduatoria/scorrimento"


def outcome_pages(portal: ServedPortal) -> Pages:
    """What follows a ranking, and decisions where there is none."""
    summer = f"/gestione/avvisi/{call_like(portal, SUMMER)}"
    rolling = f"/gestione/avvisi/{call_like(portal, ROLLING)}"
    remarked = with_row(portal, "remark", "remark.state = 'sent'")
    answered = with_row(portal, "remark", "remark.state = 'rejected'")
    noticed = with_row(portal, "rejection_notice")
    lettered = with_row(portal, "chosen_reason", "sector = 'food_and_retail'")
    sample = portal.value("SELECT id FROM sample_check")
    reason = portal.value("SELECT reason_id FROM chosen_reason ORDER BY reason_id DESC")
    drawn = with_row(portal, "sample_item", "result = 'waiting'")
    yield from {
        "ranking-provisional": f"{summer}/graduatoria",
        "ranking-final": f"{summer}/graduatoria/definitiva",
        "remarks": f"{summer}/osservazioni",
        "remark": f"{summer}/osservazioni/{remarked}",
        "remark-answered": f"{summer}/osservazioni/{answered}",
        "samples": f"{summer}/controlli",
        "sample": f"{summer}/controlli/{sample}",
        "sample-item": f"{summer}/controlli/{sample}/{drawn}",
        "letters": f"{rolling}/lettere?turno=1",
        "letter": f"{rolling}/lettere/{lettered}?turno=1",
        "send-letters": f"{rolling}/lettere-invio?turno=1",
        "reasons": f"{rolling}/motivi",
        "reason": f"{rolling}/motivi/{reason}",
        "letters-sent": f"/gestione/avvisi/{call_like(portal, SPRING)}/lettere",
        "decision": f"/pratiche/{noticed}/decisione",
    }.items()


def committee_pages(portal: ServedPortal) -> Pages:
    """Seats and sessions: one under way, one with its minutes, one to come."""
    current, minuted = session_in(portal, "open"), session_in(portal, "minuted")
    to_come = session_in(portal, "planned")
    yield "seats", f"/gestione/avvisi/{call_like(portal, AUTUMN)}/commissione"
    yield "new-session", f"/gestione/avvisi/{call_like(portal, AUTUMN)}/nuova-seduta"
    yield "session-open", current
    yield "attendance", f"{current}/presenze"
    yield "agenda", f"{current}/ordine-del-giorno"
    yield "item-decided", item_page(portal, current, "ended_at IS NOT NULL")
    yield "item-current", item_page(portal, current, "ended_at IS NULL")
    yield "close-session", f"{current}/chiudi"
    yield "session", minuted
    yield "minutes", f"{minuted}/verbale"
    yield "session-to-come", to_come
    yield "move-session", f"{to_come}/modifica"


def evaluator_pages(portal: ServedPortal) -> Pages:
    """Pages of a member of the committee, the same for each of them."""
    yield "assigned", "/valutazioni"
    yield "interests", "/valutazioni/interessi"
    yield "sessions", "/sedute"
    current = session_in(portal, "open")
    yield "session", current
    yield "item", item_page(portal, current, "ended_at IS NULL")


def member_pages(portal: ServedPortal) -> Pages:
    """The pages of who has a sheet to send on what the committee discusses."""
    yield from evaluator_pages(portal)
    draft = sheet_of(portal, "valutatore.arcidiocesi", "draft", is_blind=False)
    yield "sheet", f"/valutazioni/{draft}"
    yield "compare", f"/valutazioni/{draft}/confronto"
    yield "ask-office", f"/valutazioni/{draft}/quesito"
    yield "decline", f"/valutazioni/{draft}/rinuncia"
    yield "sheet-sent", f"/valutazioni/{application_in(portal, 'selected')}"


def chair_pages(portal: ServedPortal) -> Pages:
    """The pages of who has a blind sheet to send."""
    yield from evaluator_pages(portal)
    draft = sheet_of(portal, "valutatore.comune", "draft", is_blind=True)
    yield "sheet-blind", f"/valutazioni/{draft}"


def auditor_pages(portal: ServedPortal) -> Pages:
    """Pages of who reads everything and changes nothing."""
    current = session_in(portal, "open")
    yield "list", "/pratiche"
    yield "results", f"/gestione/avvisi/{call_like(portal, AUTUMN)}/risultati"
    yield "remarks", f"/gestione/avvisi/{call_like(portal, SUMMER)}/osservazioni"
    yield "letters", f"/gestione/avvisi/{call_like(portal, ROLLING)}/lettere?turno=1"
    yield "samples", f"/gestione/avvisi/{call_like(portal, SUMMER)}/controlli"
    yield "session", current
    yield "item", item_page(portal, current, "ended_at IS NULL")
    yield "looks", "/registro-accessi"


def admin_pages(_portal: ServedPortal) -> Pages:
    """Pages of who looks after the portal and its people."""
    yield from {
        "people": "/persone",
        "invite": "/persone/invita",
        "operations": "/funzionamento",
        "settings": "/impostazioni",
        "looks": "/registro-accessi",
        "keys": "/account/chiavi",
        "programs": "/api",
        "promoters": "/gestione/promotori",
        "areas": "/gestione/aree",
    }.items()


ROLES: dict[str, Callable[[ServedPortal], Pages]] = {
    "visitor": visitor_pages,
    "body": body_pages,
    "person": person_pages,
    "staff": staff_pages,
    "evaluator_diocese": member_pages,
    "evaluator_comune": chair_pages,
    "evaluator_metro": evaluator_pages,
    "auditor": auditor_pages,
    "admin": admin_pages,
}


def open_call(portal: ServedPortal) -> object:
    """The demo's open call for bodies."""
    return portal.value(
        "SELECT code FROM call WHERE strand = 'social'"
        " AND opens_at < datetime('now') AND closes_at > datetime('now') ORDER BY id"
    )


def call_like(portal: ServedPortal, pattern: str) -> object:
    """The demo's call whose code is like this."""
    return portal.value("SELECT code FROM call WHERE code LIKE :pattern", pattern=pattern)


def session_in(portal: ServedPortal, state: str) -> str:
    """The address of the demo's session of a committee in this state."""
    statement = (
        "SELECT '/sedute/' || code || '/' || number FROM committee_session"
        " JOIN call ON call.id = call_id WHERE committee_session.state = :state"
    )
    return str(portal.value(statement, state=state))


def item_page(portal: ServedPortal, session: str, condition: str) -> str:
    """The address of a dossier on the agenda of the session under way."""
    item = portal.value(
        "SELECT agenda_item.id FROM agenda_item"  # noqa: S608 - our own words
        " JOIN committee_session ON committee_session.id = session_id"
        " WHERE committee_session.state = 'open' AND application_id IS NOT NULL"
        f" AND began_at IS NOT NULL AND {condition}"
    )
    return f"{session}/punti/{item}"


def application_in(portal: ServedPortal, state: str) -> object:
    """An application of the demo in this state."""
    return portal.value(
        "SELECT practice_code FROM application WHERE state = :state ORDER BY id", state=state
    )


def with_row(portal: ServedPortal, table: str, condition: str = "1 = 1") -> object:
    """The code of an application that a row of a table is about."""
    return portal.value(
        "SELECT practice_code FROM application"  # noqa: S608 - our own words
        f" JOIN {table} ON {table}.application_id = application.id WHERE {condition}"
    )


def sheet_of(portal: ServedPortal, evaluator: str, state: str, is_blind: bool) -> object:
    """The code of what somebody has a sheet on."""
    return portal.value(
        "SELECT practice_code FROM application"
        " JOIN score_sheet ON score_sheet.application_id = application.id"
        " JOIN evaluation_round ON evaluation_round.id = round_id"
        ' JOIN "user" ON "user".id = evaluator_id'
        " WHERE application.state = 'under_evaluation' AND score_sheet.state = :state"
        ' AND is_blind = :is_blind AND "user".email LIKE :evaluator',
        state=state,
        is_blind=is_blind,
        evaluator=f"{evaluator}%",
    )
