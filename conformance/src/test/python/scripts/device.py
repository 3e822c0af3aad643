"""Runs a command that waits for a device's login, and logs it in: device.py COMMAND…; the fields are in HARRIER_TEST_FIELDS."""

import json
import os
import re
import subprocess
import sys

from browser import Browser

waiting = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
seen = ""
for line in waiting.stdout:
    seen += line
    url = re.search(r"http://\S+/oauth2/device\?user_code=[A-Z-]+", line)
    if url:
        status, page, _ = Browser().log_in(url.group(0), json.loads(os.environ["HARRIER_TEST_FIELDS"]))
        if status != 200 or "The device is logged in" not in page:
            waiting.terminate()
            sys.exit(f"the device was not logged in: {status} {page}")
        break
seen += waiting.stdout.read()
print(seen)
sys.exit(waiting.wait())
