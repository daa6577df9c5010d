"""The page that changes a criterion of a grid: plain fields and lines, as its definition says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from portal import parse
from portal.calls.engine import AREA_LABELS
from portal.calls.forms.cells import show_amount
from portal.calls.forms.lines import Line, Lines
from portal.calls.forms.pieces import Piece, text_pair
from portal.errors import Invalid
from portal.grids.engine import COMMENT_WORDS, Area, CommentRule
from portal.grids.schemas import (
    ANSWER,
    AUTOMATIC,
    JUDGED,
    MUNICIPALITY_AREA,
    ORGANISATION_TYPE,
    PRIORITY_AREA,
    SECTOR,
)
from portal.i18n import _, lazy, pick
from portal.questionnaires.engine import Form, municipality_keys, option_labels, sector_keys
from portal.registry.engine import MUNICIPALITIES, ORGANISATION_LABELS
from portal.web import ChoiceField, TextField, TickField

USUAL_SCALE = 5
PROFILE_SOURCES: Mapping[str, Any] = {
    ORGANISATION_TYPE: lazy("Type of organisation, from the profile"),
    MUNICIPALITY_AREA: lazy("Bologna or another municipality, from the profile"),
    PRIORITY_AREA: lazy("Priority area of the municipality, from the profile"),
}


def read_points(text: str) -> Decimal:
    """Read points with at most two decimals, with a comma or a point."""
    return parse.amount(text, Decimal(0))


def written(text: str) -> str:
    """Points as a definition writes them; what is no number is left for its checks to refuse."""
    try:
        return str(read_points(text))
    except Invalid:
        return text


def sources_in(form: Form) -> list[tuple[str, str]]:
    """Every source that a criterion may look at, profile first, with its words."""
    places, sectors, options = municipality_keys(form), sector_keys(form), option_labels(form)
    found = [(kind, str(label)) for kind, label in PROFILE_SOURCES.items()]
    for question in form.questions:
        key, label = question.key, pick(question.label)
        if key in places:
            words = _("Bologna or another municipality: “%(question)s”", question=label)
            found.append((f"{MUNICIPALITY_AREA}:{key}", words))
        if key in sectors:
            found.append((f"{SECTOR}:{key}", _("Sector: “%(question)s”", question=label)))
        if key in options:
            found.append((f"{ANSWER}:{key}", _("Answer: “%(question)s”", question=label)))
        if key in places or key in options:
            found.append((f"{PRIORITY_AREA}:{key}", _("Priority area: “%(q)s”", q=label)))
    return found


def words_of(source: str, form: Form, areas: Sequence[Area]) -> list[tuple[str, str]]:
    """The words that a source may say, each with its label."""
    kind, _colon, question = source.partition(":")
    labels: Mapping[str, Any] = {
        ORGANISATION_TYPE: ORGANISATION_LABELS,
        MUNICIPALITY_AREA: AREA_LABELS,
    }.get(kind, {})
    if kind == PRIORITY_AREA:
        return [(each.key, pick(each.label)) for each in areas]
    if kind in (SECTOR, ANSWER):
        labels = {k: pick(text) for k, text in option_labels(form).get(question, {}).items()}
    return [(word, str(label)) for word, label in labels.items()]


class PointLines(Lines):
    """One line for each word of the source; a word without points counts as the others."""

    names = ("word", "points")

    def __init__(self, words: Sequence[tuple[str, str]]) -> None:
        super().__init__("points", lazy("Points"))
        self.words = dict(words)

    def fill(self, points: Any) -> None:
        """Show the words of the source with their points, and what else a definition names."""
        given = points or {}
        for word in dict.fromkeys([*self.words, *given]):
            self.lines.append(Line({"word": [word], "points": [show_amount(given.get(word))]}))

    def suit(self) -> None:
        """Have a line for each word of the source; keep what was typed for it."""
        typed = {line.said("word"): line.said("points") for line in self.lines}
        kept = [word for word, text in typed.items() if text and word not in self.words]
        self.lines = [
            Line({"word": [word], "points": [typed.get(word, "")]}) for word in [*self.words, *kept]
        ]

    def label_of(self, line: Line) -> str:
        """The words of a line; those of a word that the source doesn't say are its key."""
        return self.words.get(line.said("word"), line.said("word"))

    def node(self) -> dict[str, str]:
        """The points by word as a definition writes them."""
        pairs = ((line.said("word"), line.said("points")) for line in self.lines)
        return {word: written(text) for word, text in pairs if text}

    def put(self, path: str, message: str) -> None:
        """Put a mistake above the lines."""
        self.error = message


class GuidanceLines(Lines):
    """What each mark means, from 0 on."""

    names = ("it", "en")

    def __init__(self) -> None:
        super().__init__("guidance", lazy("What each mark means"))

    def fill(self, guidance: Any) -> None:
        """Show the texts of a definition."""
        self.lines = [Line({k: [v] for k, v in each.items()}) for each in guidance or ()]

    def suit(self, scale: int) -> None:
        """Have a line for each mark of the scale; what was typed beyond it stays."""
        self.lines += [Line() for _each in range(scale + 1 - len(self.lines))]
        while len(self.lines) > scale + 1 and self.lines[-1].is_blank:
            self.lines.pop()

    def node(self) -> list[dict[str, str]]:
        """The texts as a definition writes them; none where all are blank."""
        found = [
            {name: line.said(name) for name in self.names if line.said(name)} for line in self.lines
        ]
        return found if any(found) else []


class ExtraLines(Lines):
    """Points added where the municipality is one of a list."""

    names = ("points", "it", "en", "municipalities")
    places = [(each.code, each.name) for each in MUNICIPALITIES.values()]

    def __init__(self) -> None:
        super().__init__("extra", lazy("More points for some municipalities"))

    def fill(self, extra: Any) -> None:
        """Show the lists of a definition."""
        self.lines = [
            Line(
                {
                    "points": [show_amount(each["points"])],
                    "municipalities": list(each["municipalities"]),
                    **{k: [v] for k, v in each["label"].items()},
                }
            )
            for each in extra or ()
        ]

    def node(self) -> list[dict[str, Any]]:
        """The lists as a definition writes them; lines left blank are none."""
        self.lines = [line for line in self.lines if not line.is_blank]
        return [
            {
                "points": written(line.said("points")),
                "label": {name: line.said(name) for name in ("it", "en") if line.said(name)},
                "municipalities": sorted(line.many("municipalities")),
            }
            for line in self.lines
        ]


class CriterionPiece(Piece):
    """What automatic and judged criteria have in common."""

    kind = "criterion"
    made = ""
    texts = ("label", "help")

    def common_fields(self) -> dict[str, Any]:
        """Return the fields of every criterion."""
        fields: dict[str, Any] = text_pair("label", lazy("Name of the criterion"))
        fields |= text_pair("help", lazy("Explanation"), False)
        help = lazy("The highest points. The weights of all criteria but the bonuses make 100.")
        fields["weight"] = TextField(lazy("Weight"), parse=read_points, help=help)
        text = lazy("Its points add to the 100 of the others, up to the ceiling of the grid.")
        fields["bonus"] = TickField(lazy("It is a bonus"), help=text)
        return fields

    def common_saved(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the fields of every criterion show."""
        return {
            "weight": show_amount(self.old.get("weight")),
            "bonus": bool(self.old.get("bonus", self.is_new and given.get("bonus", False))),
        }

    def common_part(self) -> dict[str, Any]:
        """Return what every criterion says, as a definition writes it."""
        used = [each["key"] for each in self.whole["criteria"]]
        found: dict[str, Any] = {"key": self.key("label", used), "kind": self.made}
        found["label"] = self.typed_text("label")
        if self.typed_text("help"):
            found["help"] = self.typed_text("help")
        found["weight"] = str(self.form["weight"].value)
        if self.form["bonus"].value:
            found["bonus"] = True
        return found


class AutomaticPiece(CriterionPiece):
    """A criterion that the portal computes: its source, and points for each word of it."""

    made = AUTOMATIC

    def __init__(self, whole: Any, form: Form, old: Any, version: int, **given: Any) -> None:
        super().__init__(whole, form, old, version)
        sent, areas = given["sent"], given["areas"]
        own = self.old.get("source", ORGANISATION_TYPE)
        self.sources = sources_in(form)
        typed = sent.get("source") or own
        self.source = typed if typed in dict(self.sources) else own
        self.points = PointLines(words_of(self.source, form, areas))
        self.lines["points"] = self.points
        self.points.fill(self.old.get("points") if self.source == own else {})
        if self.source.partition(":")[0] == MUNICIPALITY_AREA:
            self.lines["extra"] = ExtraLines()
            self.lines["extra"].fill(self.old.get("extra"))
        fields: dict[str, Any] = {
            "source": ChoiceField(lazy("What it looks at"), choices=self.sources)
        }
        fields |= self.common_fields()
        text = lazy("For every answer without points of its own. Left blank: none.")
        fields["otherwise"] = TextField(
            lazy("All others"), parse=read_points, required=False, help=text
        )
        saved = {"otherwise": show_amount(self.old.get("otherwise")), "source": self.source}
        self.begin(fields, sent, **self.common_saved(given), **saved)
        if sent:
            self.points.suit()

    def part(self) -> dict[str, Any]:
        """Return the criterion as a definition writes it."""
        found = {**self.common_part(), "source": self.source, "points": self.points.node()}
        if self.form["otherwise"].value:
            found["otherwise"] = str(self.form["otherwise"].value)
        extra = self.lines["extra"].node() if "extra" in self.lines else []
        return {**found, "extra": extra} if extra else found


class JudgedPiece(CriterionPiece):
    """A criterion that evaluators mark: scale, meaning of each mark, what is enough."""

    made = JUDGED

    def __init__(self, whole: Any, form: Form, old: Any, version: int, **given: Any) -> None:
        super().__init__(whole, form, old, version)
        sent = given["sent"]
        guidance = GuidanceLines()
        guidance.fill(self.old.get("guidance"))
        self.lines["guidance"] = guidance
        self.begin(
            {**self.common_fields(), **self.own_fields()},
            sent,
            **self.common_saved(given),
            **self.own_saved(),
        )
        guidance.suit(self.shown_scale())

    def own_fields(self) -> dict[str, Any]:
        """Return the fields of judged criteria alone."""
        enough = lazy("Left blank: every mark is enough.")
        choices = [(each.value, label) for each, label in COMMENT_WORDS.items()]
        return {
            "scale": TextField(lazy("Highest mark"), parse=parse.integer, help=lazy("2 to 10.")),
            "minimum": TextField(
                lazy("Least mark that is enough"), parse=parse.integer, required=False, help=enough
            ),
            "veto": TickField(
                lazy("Veto: one mark below it excludes, whatever the others"),
            ),
            "comment": ChoiceField(lazy("A comment is compulsory"), choices=choices, radio=True),
            "abstain": TickField(lazy("Evaluators may say that it is not assessable")),
        }

    def own_saved(self) -> dict[str, Any]:
        """Return what the fields of judged criteria show."""
        rule = self.old.get("comment", CommentRule.ALWAYS.value)
        return {
            "scale": str(self.old.get("scale", USUAL_SCALE)),
            "minimum": str(self.old.get("minimum", "")),
            "veto": bool(self.old.get("veto", False)),
            "comment": CommentRule.NEVER.value if rule is False else rule,
            "abstain": bool(self.old.get("abstain", True)),
        }

    def shown_scale(self) -> int:
        """Return the highest mark as typed, within reason."""
        text = str(self.form["scale"].data or "")
        number = int(text) if text.isdecimal() and len(text) < 3 else USUAL_SCALE
        return max(2, min(number, 10))

    def part(self) -> dict[str, Any]:
        """Return the criterion as a definition writes it."""
        found = {**self.common_part(), "scale": self.form["scale"].value}
        if self.lines["guidance"].node():
            found["guidance"] = self.lines["guidance"].node()
        if self.form["comment"].value != CommentRule.ALWAYS.value:
            found["comment"] = self.form["comment"].value
        if self.form["minimum"].value is not None:
            found["minimum"] = self.form["minimum"].value
        if self.form["veto"].value:
            found["veto"] = True
        return found if self.form["abstain"].value else {**found, "abstain": False}


PIECES: Mapping[str, type[Any]] = {AUTOMATIC: AutomaticPiece, JUDGED: JudgedPiece}
