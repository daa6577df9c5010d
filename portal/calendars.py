"""Calendar files (iCalendar): moments that a program for appointments takes up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from icalendar import Calendar, Event

from portal import clock

MAKER = "-//Insieme per il lavoro//Portal//IT"
MIME = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Appointment:
    """A moment, or a whole day. The same `uid` with a higher `sequence` moves the one before."""

    uid: str
    when: datetime | date
    title: str
    text: str = ""
    url: str = ""
    sequence: int = 0
    place: str = ""


def write_calendar(name: str, language: str, appointments: Iterable[Appointment]) -> bytes:
    """Return the file; instants are in UTC, so that no program has to know the hours of Rome."""
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name, parameters={"LANGUAGE": language})
    for appointment in appointments:
        calendar.add_component(event_of(appointment))
    found: bytes = calendar.to_ical()
    return found


def event_of(appointment: Appointment) -> Event:
    """Return one moment as the file holds it; nobody is busy meanwhile."""
    event, when = Event(), appointment.when
    event.add("uid", appointment.uid)
    event.add("dtstamp", clock.now())
    event.add("dtstart", when.astimezone(UTC) if isinstance(when, datetime) else when)
    event.add("summary", appointment.title)
    event.add("sequence", appointment.sequence)
    event.add("transp", "TRANSPARENT")
    if appointment.text:
        event.add("description", appointment.text)
    if appointment.place:
        event.add("location", appointment.place)
    if appointment.url:
        event.add("url", appointment.url)
    return event
