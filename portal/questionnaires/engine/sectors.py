"""The programme's list of sectors, for questions of type `sector` that name no options."""

from __future__ import annotations

from portal.questionnaires.engine.parts import Option

_SECTORS = {
    "community_welfare": ("Cura e welfare di comunità", "Care and community welfare"),
    "services_to_citizens": ("Servizi al cittadino", "Services to citizens"),
    "parenthood_support": ("Sostegno alla genitorialità", "Support to parenthood"),
    "social_agriculture": ("Agricoltura sociale", "Social agriculture"),
    "tourism": ("Turismo e accoglienza", "Tourism and hospitality"),
    "food_and_retail": ("Commercio e ristorazione", "Retail and food"),
    "crafts": ("Artigianato e riparazioni", "Crafts and repairs"),
    "other": ("Altro settore", "Another sector"),
}
SECTORS: tuple[Option, ...] = tuple(
    Option(key, {"it": italian, "en": english}) for key, (italian, english) in _SECTORS.items()
)
