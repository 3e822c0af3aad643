"""Follows a link that is good once, and chooses a password: choose_password.py LINK NAME PASSWORD."""

import sys

from browser import Browser

link, name, password = sys.argv[1:]
fields = {"name": name, "password": password, "again": password}
for wrong, status in (({"again": "another"}, 400), ({"password": "short", "again": "short"}, 400), ({"form": "x"}, 403)):
    refused, page, _ = Browser().fill(link, {**fields, **wrong})
    if refused != status:
        sys.exit(f"{wrong}: expected {status}, found {refused}: {page}")
status, page, _ = Browser().fill(link, fields)
if status != 200 or name not in page:
    sys.exit(f"the password was not taken: {status} {page}")
if Browser().open(link)[0] != 404:
    sys.exit("the link is good twice")
print("all as expected")
