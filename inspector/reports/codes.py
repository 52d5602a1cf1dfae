"""The parts of a period by the codes of their classes."""

import json
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from inspector.codes.catalogue import CodeCatalogue
from inspector.codes.systems import OWN, SYSTEMS
from inspector.domain.refusal import Refusal
from inspector.domain.verdict import Verdict
from inspector.records.period import Period
from inspector.records.queries import RecipeUse, Records
from inspector.reports.model import CodeCount

_LOG = logging.getLogger("inspector.reports")
_TOP = "top"
_Code = tuple[str, str]


def counts_by_code(
    records: Records, period: Period, recipes: Sequence[RecipeUse], catalogue: CodeCatalogue
) -> tuple[CodeCount, ...]:
    """Count the OK and NG parts of a period by the codes of their most probable class, system by system.

    A product's codes are those of its newest version in use. CHECK and ERROR are not counted: nobody has said yet what
    those parts are. Empty where no class carries a code.
    """
    totals: dict[_Code, int] = defaultdict(int)
    for product, codes in _codes_by_product(recipes).items():
        if codes:
            counts = records.by_class(replace(period, product=product), (Verdict.OK, Verdict.NG))
            for name, count in counts.items():
                for code in codes.get(name, ()):
                    totals[code] += count
    ordered = sorted(totals.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    return tuple(_counted(code, count, catalogue) for code, count in ordered)


def _codes_by_product(recipes: Sequence[RecipeUse]) -> Mapping[str, Mapping[str, tuple[_Code, ...]]]:
    """Return the codes of each class of each product."""
    found: dict[str, dict[str, tuple[_Code, ...]]] = {}
    for use in sorted(recipes, key=lambda use: use.number):
        if use.record is not None:
            classes = json.loads(use.record.recipe_json)["classes"]
            # Versions of before there were codes are kept as they were written.
            found[use.product] = {
                one["name"]: tuple((code["system"], code["code"]) for code in one.get("codes", ())) for one in classes
            }
    return {product: {name: codes for name, codes in of.items() if codes} for product, of in found.items()}


def _counted(code: _Code, count: int, catalogue: CodeCatalogue) -> CodeCount:
    system, written = code
    widest = _TOP if system == OWN else next(iter(SYSTEMS[system].levels))
    try:
        wider, title = catalogue.wider(system, written, widest), catalogue.title(system, written)
    except Refusal as refusal:  # the company's own catalogue is broken: the shift's figures do not wait for that
        _LOG.warning("The codes of the report carry no titles: %s", refusal)
        wider, title = written, ""
    return CodeCount(system, written, wider, title, count)
