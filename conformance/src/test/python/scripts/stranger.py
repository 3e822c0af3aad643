"""oauthlib, which knows nothing of Flyte, as a client: stranger.py URL NAME PASSWORD CLIENT SECRET."""

import os
import sys
import urllib.request

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from browser import Browser
from oauthlib.oauth2 import BackendApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

server, name, password, client_id, secret = sys.argv[1:]
metadata = requests.get(server + "/.well-known/oauth-authorization-server", timeout=20).json()
login = {"name": name, "password": password, "decision": "allow"}


def expect(what, expected, found):
    if expected != found:
        sys.exit(f"{what}: expected {expected!r}, found {found!r}")


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def browser():
    one = Browser()
    one.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(one.jar), Stay())
    return one


def sent_back(url, fields):
    status, page, answer = browser().fill(url, fields)
    expect("status of the login", 303, status)
    return answer.headers["location"]


def who(token):
    answer = requests.get(server + "/me", headers={"authorization": "Bearer " + token}, timeout=20)
    return answer.json()["subject"] if answer.ok else answer.status_code


expect("issuer", server, metadata["issuer"])
session = OAuth2Session("flytekit", redirect_uri="http://127.0.0.1:4711/callback", scope=["all", "offline"], pkce="S256")
url, state = session.authorization_url(metadata["authorization_endpoint"])
expect("a wrong password", 401, browser().fill(url, {**login, "password": "wrong"})[0])
expect("a form of another page", 403, browser().fill(url, {**login, "form": "x"})[0])
evil = browser()
page = evil.open(url)[1]
expect("a form from elsewhere", 403, evil.open(url, login, {"Origin": "http://evil.example"})[0])
back = sent_back(url, login)
expect("issuer in the answer", True, "&iss=http%3A%2F%2Flocalhost" in back)
tokens = session.fetch_token(metadata["token_endpoint"], authorization_response=back, include_client_id=True)
expect("the user", "user:" + name, who(tokens["access_token"]))

fresh = session.refresh_token(metadata["token_endpoint"], client_id="flytekit")
expect("rotation", True, fresh["refresh_token"] != tokens["refresh_token"])
old = {"grant_type": "refresh_token", "client_id": "flytekit", "refresh_token": tokens["refresh_token"]}
reused = requests.post(metadata["token_endpoint"], old, timeout=20)
expect("reuse", (400, "invalid_grant"), (reused.status_code, reused.json()["error"]))
expect("the family", [401, 401], [who(tokens["access_token"]), who(fresh["access_token"])])

own = OAuth2Session(client=BackendApplicationClient(client_id))
proof = HTTPBasicAuth(client_id, secret)
credentials = own.fetch_token(metadata["token_endpoint"], auth=proof)
expect("the client", "sa:" + client_id, who(credentials["access_token"]))
asked = {"token": credentials["access_token"]}
expect("introspection", True, requests.post(metadata["introspection_endpoint"], asked, auth=proof, timeout=20).json()["active"])
expect("revocation", 200, requests.post(metadata["revocation_endpoint"], asked, auth=proof, timeout=20).status_code)
expect("a revoked token", 401, who(credentials["access_token"]))
expect("its introspection", {"active": False}, requests.post(metadata["introspection_endpoint"], asked, auth=proof, timeout=20).json())

denied = sent_back(session.authorization_url(metadata["authorization_endpoint"])[0], {"decision": "deny"})
expect("a denial", True, "error=access_denied" in denied)
print("all as expected")
