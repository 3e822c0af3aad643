"""Reads a CycloneDX bill of materials and ends with 1 if a part's licence is not one that fits Apache 2.0."""

import json
import sys

# Names as parts give them: SPDX identifiers, or the titles and addresses that older ones write.
FITTING = {
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "Bouncy Castle Licence",  # the MIT licence under another title
    "CC0-1.0",
    "EPL-1.0",
    "EPL-2.0",
    "GPL-2.0-with-classpath-exception",
    "MIT",
    "MIT-0",
    "PostgreSQL",
    "Unlicense",
    "UPL-1.0",
}


def names(component: dict) -> list[str]:
    """The licences that a part may be used under."""
    found = []
    for entry in component.get("licenses", []):
        licence = entry.get("license", {})
        name = licence.get("id") or licence.get("name") or entry.get("expression")
        if name:
            found.append(name)
    return found


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as bill:
        components = json.load(bill)["components"]
    wrong = []
    for component in components:
        given = names(component)
        if not any(name in FITTING for name in given):
            part = f"{component.get('group', '')}:{component['name']}:{component['version']}"
            wrong.append(f"  {part} has {', '.join(given) or 'no licence'}")
    if not components:
        wrong.append("  expected parts, found none")
    if wrong:
        print("checks: expected a licence that fits Apache 2.0 for each part, found", *wrong, sep="\n", file=sys.stderr)
        return 1
    print(f"checks: {len(components)} parts, each with a licence that fits Apache 2.0")
    return 0


sys.exit(main())
