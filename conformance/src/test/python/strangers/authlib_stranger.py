"""Authlib, which knows nothing of Flyte, as a client: stranger.py URL NAME PASSWORD FOLDER MAKE_CLIENT…

FOLDER gets a key's public half; MAKE_CLIENT, with that file's name behind it, registers a client that signs with the key.
"""

import json
import os
import re
import subprocess
import sys
import urllib.parse

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

server, name, password, folder, *make_client = sys.argv[1:]
metadata = requests.get(server + "/.well-known/oauth-authorization-server", timeout=20).json()
token_endpoint = metadata["token_endpoint"]


def expect(what, expected, found):
    if expected != found:
        sys.exit(f"{what}: expected {expected!r}, found {found!r}")


def refused(what, error, ask):
    try:
        ask()
    except OAuthError as wrong:
        expect(what, error, wrong.error)
    else:
        sys.exit(f"{what}: expected {error}, found an answer")


def allow(url):
    """Fills the form that the address shows, as a browser of its own."""
    browser = requests.Session()
    page = browser.get(url, timeout=20)
    ticket = re.search(r'name="form" value="([^"]*)"', page.text).group(1)
    form = {"form": ticket, "name": name, "password": password, "decision": "allow"}
    answer = browser.post(url, form, allow_redirects=False, timeout=20, headers={"origin": server})
    expect("status of the login", 303, answer.status_code)
    return answer.headers["location"]


def who(token):
    answer = requests.get(server + "/me", headers={"authorization": "Bearer " + token}, timeout=20)
    return answer.json()["subject"] if answer.ok else answer.status_code


class LoopbackMetadata(AuthorizationServerMetadata):
    def validate_issuer(self):
        """Asks for TLS, which a test's server on loopback has not; the name must be the server's all the same."""
        expect("issuer", server, self["issuer"])


# What the server says of itself, as Authlib reads the standard.
checked = LoopbackMetadata(metadata)
for one in ("issuer", "response_types_supported", "response_modes_supported", "grant_types_supported"):
    getattr(checked, "validate_" + one)()
for one in ("token_endpoint_auth_methods_supported", "code_challenge_methods_supported"):
    getattr(checked, "validate_" + one)()

# Authorization code with PKCE, as a public client.
verifier = generate_token(48)
session = OAuth2Session(
    "flytekit",
    redirect_uri="http://127.0.0.1:4711/callback",
    scope="all offline",
    code_challenge_method="S256",
    token_endpoint_auth_method="none",
)
url, state = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
back = allow(url)
expect("state", state, urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["state"][0])
tokens = session.fetch_token(token_endpoint, authorization_response=back, code_verifier=verifier)
expect("the user", "user:" + name, who(tokens["access_token"]))

# The token as anybody may check it who has the keys.
keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=20).json())
decoded = jwt.decode(tokens["access_token"], keys, algorithms=["RS256"])
expect("type", "at+jwt", decoded.header["typ"])
claims = jwt.JWTClaimsRegistry(
    iss={"essential": True, "value": server},
    aud={"essential": True, "value": server},
    exp={"essential": True},
    sub={"essential": True, "value": "user:" + name},
)
claims.validate(decoded.claims)

# Refresh, and a refresh token that is used twice.
fresh = session.refresh_token(token_endpoint)
expect("rotation", True, fresh["refresh_token"] != tokens["refresh_token"])
refused("reuse", "invalid_grant", lambda: session.refresh_token(token_endpoint, refresh_token=tokens["refresh_token"]))
expect("the family", [401, 401], [who(tokens["access_token"]), who(fresh["access_token"])])

# A code with another verifier.
url, state = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
back = allow(url)
refused(
    "another verifier",
    "invalid_grant",
    lambda: session.fetch_token(token_endpoint, authorization_response=back, state=state, code_verifier=generate_token(48)),
)

# Client credentials, proven by a signature.
key = RSAKey.generate_key(2048, auto_kid=True)
public = os.path.join(folder, "authlib-keys.json")
with open(public, "w") as file:

    json.dump({"keys": [key.as_dict(private=False)]}, file)
subprocess.run([*make_client, public], check=True, stdout=subprocess.DEVNULL)
pem = key.as_pem(private=True).decode()
signing = OAuth2Session(
    "authlib-signs",
    pem,
    token_endpoint_auth_method="private_key_jwt",
    revocation_endpoint_auth_method="private_key_jwt",
)
signing.register_client_auth_method(PrivateKeyJWT(token_endpoint, headers={"kid": key.kid}))
own = signing.fetch_token(token_endpoint, grant_type="client_credentials")
expect("the client", "sa:authlib-signs", who(own["access_token"]))
shown = signing.introspect_token(metadata["introspection_endpoint"], own["access_token"]).json()
expect("introspection", (True, "sa:authlib-signs"), (shown["active"], shown["sub"]))
expect("revocation", 200, signing.revoke_token(metadata["revocation_endpoint"], own["access_token"]).status_code)
expect("a revoked token", 401, who(own["access_token"]))
print("all as expected")
