"""Asks Cedar what a policy decides, question by question, and prints where it disagrees.

    cedar_oracle.py CASES

CASES holds a JSON object a line: a policy in Harrier's terms with questions and Harrier's answers. The last line printed
is the number of questions compared.
"""

import json
import sys

import cedarpy

# Whoever sees a part of a project sees the project.
BY_ANY_PART = {"project:list", "project:read"}


def quoted(text):
    return json.dumps(text)


def subject(name):
    return "principal in Subject::" + quoted(name)


def part(pattern):
    """The resources that a pattern covers whole."""
    project, domain = pattern["project"], pattern["domain"]
    if project and domain:
        return "resource == Domain::" + quoted(project + "/" + domain)
    if project:
        return "resource in Project::" + quoted(project)
    if domain:
        return "resource in DomainName::" + quoted(domain)
    return "true"


def touched(pattern):
    """Those, and the projects of which a part is covered."""
    project, domain = pattern["project"], pattern["domain"]
    if domain:
        projects = "resource == Project::" + quoted(project) if project else "resource is Project"
        return "(%s || %s)" % (part(pattern), projects)
    return part(pattern)


def rule(effect, entry, by_any_part, by_whole):
    rules = []
    for permissions, where in ((entry["permissions"] & BY_ANY_PART, by_any_part), (entry["permissions"] - BY_ANY_PART, by_whole)):
        if permissions:
            actions = ", ".join("Action::" + quoted(one) for one in sorted(permissions))
            subjects = " || ".join(subject(name) for name in entry["subjects"])
            rules.append(
                "%s(principal, action in [%s], resource) when { (%s) && %s };"
                % (effect, actions, subjects, where(entry["scope"]))
            )
    return rules


def entity(kind, name, parents=()):
    return {"uid": {"type": kind, "id": name}, "attrs": {}, "parents": [{"type": k, "id": n} for k, n in parents]}


def resource(scope):
    if not scope["project"]:
        return "Platform", "all"
    if not scope["domain"]:
        return "Project", scope["project"]
    return "Domain", scope["project"] + "/" + scope["domain"]


def compare(case):
    policies = []
    for entry in case["bindings"] + case["denies"]:
        entry["permissions"] = set(entry["permissions"])
    for binding in case["bindings"]:
        policies += rule("permit", binding, touched, part)
    for deny in case["denies"]:
        policies += rule("forbid", deny, part, touched)
    entities, requests = {}, []
    for number, question in enumerate(case["questions"]):
        caller = "caller%d" % number
        for name in question["names"]:
            entities[("Subject", name)] = entity("Subject", name)
        entities[("Subject", caller)] = entity("Subject", caller, [("Subject", name) for name in question["names"]])
        kind, name = resource(question["scope"])
        if kind == "Domain":
            project, domain = question["scope"]["project"], question["scope"]["domain"]
            entities[("Project", project)] = entity("Project", project)
            entities[("DomainName", domain)] = entity("DomainName", domain)
            entities[(kind, name)] = entity(kind, name, [("Project", project), ("DomainName", domain)])
        else:
            entities.setdefault((kind, name), entity(kind, name))
        requests.append(
            {
                "principal": "Subject::" + quoted(caller),
                "action": "Action::" + quoted(question["permission"]),
                "resource": "%s::%s" % (kind, quoted(name)),
                "context": {},
            }
        )
    answers = cedarpy.is_authorized_batch(requests, "\n".join(policies), list(entities.values()))
    wrong = []
    for question, answer in zip(case["questions"], answers):
        if answer.diagnostics.errors:
            raise SystemExit("Cedar: %s in %s" % (answer.diagnostics.errors, policies))
        if answer.allowed != question["allowed"]:
            wrong.append((question, answer.allowed, policies))
    return len(answers), wrong


compared = 0
with open(sys.argv[1], encoding="utf-8") as cases:
    for line in cases:
        count, wrong = compare(json.loads(line))
        compared += count
        for question, allowed, policies in wrong:
            print("Cedar says %s: %s under %s" % (allowed, question, policies))
print(compared)
