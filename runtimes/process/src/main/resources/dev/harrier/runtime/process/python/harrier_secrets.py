"""The secrets of one attempt, in its keeper: taken from the server, put where flytekit looks for them."""

import json
import os

FOLDER_VARIABLE = "FLYTE_SECRETS_DEFAULT_DIR"
NAMES = {"FLYTE_SECRETS_FILE_PREFIX": "", "FLYTE_SECRETS_ENV_PREFIX": "_FSEC_"}


class Secrets:
    def __init__(self, path):
        """path: the file that the server left for this attempt; empty if it asks for no secrets."""
        self._environment, self._files, self._path_variables = {}, {}, {}
        if path:
            with open(path) as file:
                left = json.load(file)
            # Nobody needs it any more.
            os.unlink(path)
            self._environment = left["environment"]
            self._files = left["files"]
            self._path_variables = left["path_variables"]

    def __bool__(self):
        return bool(self._environment or self._files)

    def values(self):
        return list(self._environment.values()) + list(self._files.values())

    def environment(self, folder):
        """The variables with which a task finds its secrets; they come last, so that no other hides one."""
        if not self:
            return {}
        found = dict(NAMES)
        found[FOLDER_VARIABLE] = folder
        found.update(self._environment)
        for name, file in self._path_variables.items():
            found[name] = os.path.join(folder, file)
        return found

    def write(self, folder):
        for name, text in self._files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with open(os.open(path, flags, 0o400), "w", encoding="utf-8", newline="") as file:
                file.write(text)

    def forget(self, folder):
        for path, folders, files in os.walk(folder, topdown=False):
            for name in files:
                os.unlink(os.path.join(path, name))
            os.rmdir(path)
