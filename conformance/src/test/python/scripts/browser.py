"""A browser as far as a login needs one: opens an address, fills the form that it finds, follows where it leads.

Given an address it does so in the background, as a real one does; the fields are in HARRIER_TEST_FIELDS as JSON.
"""

import http.cookiejar
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser


class Form(HTMLParser):
    def __init__(self, page: str):
        super().__init__()
        self.fields = {}
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "input" and "name" in given:
            self.fields[given["name"]] = given.get("value") or ""


class Browser:
    def __init__(self):
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def open(self, url: str, form: dict | None = None, headers: dict | None = None):
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(url, data, headers or {})
        try:
            with self.opener.open(request, timeout=20) as answer:
                return answer.status, answer.read().decode(), answer
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode(), refused

    def fill(self, url: str, fields: dict):
        """Opens the page, sends its form with these fields, and is where that leads."""
        status, page, _ = self.open(url)
        if status != 200:
            raise SystemExit(f"{url} answered {status}: {page}")
        return self.send(url, page, fields)

    def send(self, url: str, page: str, fields: dict):
        """Sends the form of a page that was shown at this address."""
        parts = urllib.parse.urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        return self.open(url, {**Form(page).fields, **fields}, {"Origin": origin, "Sec-Fetch-Site": "same-origin"})

    def log_in(self, url: str, fields: dict):
        """Fills the form, and says yes to a second page that tells what it is about."""
        status, page, answer = self.fill(url, fields)
        if "seen" in Form(page).fields:
            status, page, answer = self.send(url, page, {"decision": fields["decision"]})
        return status, page, answer


if __name__ == "__main__":
    if os.fork() == 0:
        status, page, _ = Browser().log_in(sys.argv[1], json.loads(os.environ["HARRIER_TEST_FIELDS"]))
        if "HARRIER_TEST_SEEN" in os.environ:
            # Whole or not at all: the test looks for the file.
            with open(os.environ["HARRIER_TEST_SEEN"] + ".draft", "w") as seen:
                seen.write(f"{status}\n{sys.argv[1]}\n{page}")
            os.rename(seen.name, os.environ["HARRIER_TEST_SEEN"])
