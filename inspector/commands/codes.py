"""`inspector codes SYSTEM [TEXT]`: look up codes of industries, products and defects."""

import argparse
from typing import TYPE_CHECKING, Any

from inspector.commands.failure import CommandFailed
from inspector.commands.folders import add_data_option
from inspector.commands.messages import print_json

if TYPE_CHECKING:
    from inspector.codes.catalogue import CodeCatalogue


def register(commands: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse has no public type for it
    """Add the command."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "codes", help="look up codes of industries, products and defects", description=__doc__
    )
    parser.add_argument("system", metavar="SYSTEM", type=str.upper, help="NAICS, SIC, ISIC, UNSPSC or OWN")
    parser.add_argument("text", metavar="TEXT", nargs="?", default="", help="how a code begins, or a word of its title")
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    add_data_option(parser)
    return parser


def execute(options: argparse.Namespace) -> int:
    """Print the codes with their titles; where a system's titles are not shipped, say whether the code can be."""
    from inspector.codes.catalogue import CodeCatalogue
    from inspector.codes.systems import OWN, SYSTEMS

    codes = CodeCatalogue(options.data)
    if options.system not in SYSTEMS:
        raise CommandFailed(codes.check_code(options.system, options.text))
    found = codes.search(options.system, options.text)
    standard = options.system != OWN
    if not found and options.text and standard and codes.check_code(options.system, options.text) == "":
        found = ((options.text, codes.title(options.system, options.text)),)
    if not found:
        raise CommandFailed(_nothing(options, codes))
    if options.json:
        print_json([{"system": options.system, "code": code, "title": title} for code, title in found])
        return 0
    width = max(len(code) for code, _ in found)
    for code, title in found:
        print(f"{code:<{width}}  {title}".rstrip())
    return 0


def _nothing(options: argparse.Namespace, codes: "CodeCatalogue") -> str:
    from inspector.codes.systems import OWN, SYSTEMS

    without_titles = not SYSTEMS[options.system].table and options.system != OWN
    if without_titles and not options.text:
        return f"the titles of {options.system} are not shipped; give a code to have it checked"
    if without_titles:
        return codes.check_code(options.system, options.text)
    if not options.text:
        return f"the own catalogue is empty; put a file codes.csv with the columns code,title into {options.data}"
    return f"{options.system} has no code that begins with '{options.text}' and no title that holds it"
