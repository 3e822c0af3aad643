"""Prints the projects that the caller sees."""

import session

print([one.id for one in session.remote().client.list_projects_paginated(limit=10)[0]])
