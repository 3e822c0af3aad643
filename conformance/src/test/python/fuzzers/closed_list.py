"""What must hold of every answer, whatever schemathesis asks; it loads this file by SCHEMATHESIS_HOOKS.

HARRIER_REACH is the closed list of what nobody-in-particular reaches, HARRIER_NOBODY is set where requests bear no token.
"""

import os
import re

import schemathesis

# Schemathesis tries without credentials by itself, too.
NOBODY = bool(os.environ.get("HARRIER_NOBODY"))
with open(os.environ["HARRIER_REACH"]) as reach:
    columns = [line.split("|") for line in reach if "|" in line and not line.startswith("#")]
OPEN = {what.split()[1].replace("/", ".") for who, what, *_ in columns if who.strip() == "anonymous" and what.split()[0] == "rpc"}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Calls {id.project} of a path {id_project}: schemathesis fills paths by str.format, which reads a dot as an attribute."""
    for path in list(raw_schema["paths"]):
        methods = raw_schema["paths"].pop(path)
        raw_schema["paths"][re.sub(r"{[^}]*}", lambda name: name.group().replace(".", "_"), path)] = methods
        for method in methods.values():
            for parameter in method.get("parameters", []):
                if parameter["in"] == "path":
                    parameter["name"] = parameter["name"].replace(".", "_")


@schemathesis.check
def nothing_breaks(ctx, response, case):
    """No answer of a server that failed; 501 is the word for what is served to nobody."""
    if response.status_code >= 500 and response.status_code != 501:
        raise AssertionError("status %d: %s" % (response.status_code, response.text[:300]))
    if "Exception" in response.text or "\tat " in response.text or "SELECT " in response.text:
        raise AssertionError("the inside shows: %s" % response.text[:300])


@schemathesis.check
def nobody_is_let_in(ctx, response, case):
    """Without a token nothing but the closed list is answered."""
    if NOBODY and response.status_code < 400 and case.operation.definition.raw.get("operationId") not in OPEN:
        raise AssertionError("nobody got status %d: %s" % (response.status_code, response.text[:300]))
