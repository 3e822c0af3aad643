"""Makes the Python environment that tasks and pyflyte run on, or finds the one made before.

    make_environment.py REQUIREMENTS CACHE

The environment lies in CACHE under a name that changes with the interpreter and the requirements. The path of its
interpreter is the last line on standard output; what happens meanwhile is told on standard error.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)


def main(requirements, cache):
    if sys.version_info < OLDEST:
        fail("expected Python %d.%d or newer, found %d.%d at %s" % (*OLDEST, *sys.version_info[:2], sys.executable))
    with open(requirements, "rb") as file:
        digest = hashlib.sha256(file.read() + sys.version.encode() + os.path.realpath(sys.executable).encode())
    folder = os.path.join(os.path.abspath(cache), "python-%d.%d-%s" % (*sys.version_info[:2], digest.hexdigest()[:16]))
    interpreter = os.path.join(folder, "bin", "python")
    # Nothing in it is secret, and the tasks of a server that runs as root read it as another user.
    os.umask(0o022)
    os.makedirs(cache, exist_ok=True)
    # Two builds or servers may come at once; the second waits and finds what the first made.
    with open(folder + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        complete = os.path.join(folder, "complete")
        if not os.path.exists(complete):
            shutil.rmtree(folder, ignore_errors=True)
            make(folder, interpreter, requirements)
            with open(complete, "w"):
                pass
        elif os.stat(folder).st_mode & 0o005 != 0o005:
            # Made by an earlier version under a narrow umask.
            subprocess.call(["chmod", "-R", "go+rX", folder])
    print(interpreter)


def make(folder, interpreter, requirements):
    print("Making a Python environment with flytekit in %s (once) ..." % folder, file=sys.stderr, flush=True)
    if subprocess.call([sys.executable, "-m", "venv", folder], stdout=sys.stderr) != 0:
        fail("%s makes no environments; on Debian and Ubuntu: apt-get install python3-venv" % sys.executable)
    install = [interpreter, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    if subprocess.call([*install, "--require-hashes", "--requirement", requirements], stdout=sys.stderr) != 0:
        fail("pip could not install flytekit; is the Python package index within reach?")


def fail(sentence):
    sys.exit("harrier: " + sentence)


if __name__ == "__main__":
    main(*sys.argv[1:])
