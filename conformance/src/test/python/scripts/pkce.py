"""flytekit logs in with the browser that BROWSER names, calls, and refreshes."""

import sys

import session
from flytekit.clients.auth_helper import RemoteClientConfigStore, get_authenticator
from flytekit.configuration import Config

remote = session.remote()
projects = remote.client.list_projects_paginated(limit=10)[0]
session.expect("projects", True, session.PROJECT in [one.id for one in projects])

import grpc

platform = Config.auto(config_file=sys.argv[1]).platform
channel = grpc.insecure_channel(platform.endpoint.removeprefix("dns:///"))
authenticator = get_authenticator(platform, RemoteClientConfigStore(channel))
authenticator.refresh_credentials()
first = authenticator.get_credentials()
session.expect("a refresh token", True, bool(first.refresh_token))
authenticator.refresh_credentials()
second = authenticator.get_credentials()
session.expect("another access token", True, first.access_token != second.access_token)
session.expect("another refresh token", True, first.refresh_token != second.refresh_token)
print("all as expected")
