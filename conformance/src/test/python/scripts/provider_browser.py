"""A browser that logs in at an outside provider: provider_browser.py URL, in the background as a real one.

The fields of the provider's form are in HARRIER_TEST_FIELDS as JSON.
"""

import http.cookiejar
import json
import os
import re
import sys
import urllib.parse
import urllib.request

from browser import Browser, Form


class SecureBrowser(Browser):
    def __init__(self):
        super().__init__()
        # As real ones do, which take loopback for as safe as TLS.
        self.jar.set_policy(http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https")))

    def send(self, page: str, url: str, fields: dict):
        form = re.search(r"(?s)<form\b([^>]*)>(.*?)</form>", page)
        action = re.search(r'action="([^"]*)"', form.group(1))
        target = urllib.parse.urljoin(url, action.group(1).replace("&amp;", "&")) if action else url
        parts = urllib.parse.urlsplit(url)
        headers = {"Origin": f"{parts.scheme}://{parts.netloc}", "Sec-Fetch-Site": "same-origin"}
        return self.open(target, {**Form(form.group(2)).fields, **fields}, headers)


def log_in(url: str):
    browser = SecureBrowser()
    status, page, answer = browser.open(url)
    link = re.search(r'href="(/login/with/[^"]*)"', page).group(1).replace("&amp;", "&")
    status, page, answer = browser.open(urllib.parse.urljoin(url, link))
    status, page, answer = browser.send(page, answer.geturl(), json.loads(os.environ["HARRIER_TEST_FIELDS"]))
    if 'name="password"' in page:
        raise SystemExit(f"asked for a password once more: {status} {page}")
    browser.send(page, answer.geturl(), {"decision": "allow"})


if __name__ == "__main__":
    if os.fork() == 0:
        log_in(sys.argv[1])
