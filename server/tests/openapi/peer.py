"""Holds the conformance peer against the description.

The peer plays the service as clients know it. Where that behaves well, it answers what the
description says that a server answers, and is asked what the description lets a client ask.
"""

import json
import sys
from collections.abc import Iterator
from functools import reduce
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from operator import getitem
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

from running import DESCRIPTION, REPOSITORY, running

CASES = REPOSITORY / "tests" / "conformance" / "cases"
# In these files the service misbehaves, which is what they are for. So it does where clients take
# its success for an error.
MISBEHAVING = {"odd-replies", "timeouts", "wrong-yes"}
# What services answer or take that this one does not.
OTHERS = {
    "initiate-sms-without-auth-id": "the contract lets a service leave it out; this one never does",
    "initiate-sms-null-auth-id": "the same",
    "list-users-count": "an older service calls the total so",
    "list-users-without-total": "the same, and older still",
    "list-users-null-total": "the same",
    "success-200-for-created": "any 2xx is a success, and this one with --success-code 200",
    "success-201-for-ok": "any 2xx is a success",
    "success-203": "any 2xx is a success",
    "begin-totp": "a service need not tell its time",
    "create-recovery-codes": "a service may give fewer; this one gives ten",
    "page-services-last": "a service may say of the last page that no cursor follows",
    "get-totp-missing-null": "a service may say that nothing particular is missing",
    "get-totp-missing-number": "nonsense, which clients pass over",
    "delete-totp-retried": "an error without a message",
    "create-service-control-characters": "the service says what a name may be; this one refuses it",
}

Json = Any


class Description:
    """The description, as what is asked and answered is held against it."""

    def __init__(self) -> None:
        self.document = json.loads(DESCRIPTION.read_bytes())

    def resolved(self, part: Json) -> Json:
        """A part of the document, or what it refers to."""
        while "$ref" in part:
            part = reduce(getitem, part["$ref"].split("/")[1:], self.document)
        return part

    def operation(self, method: str, path: str) -> Json | None:
        """What is asked for, if that is described."""
        for template, item in self.document["paths"].items():
            for form in [template, *item.get("x-other-paths", [])]:
                parts = list(zip(form.split("/"), path.split("/"), strict=False))
                if len(form.split("/")) == len(path.split("/")) and all(
                    asked == part or part.startswith("{") for part, asked in parts
                ):
                    return item.get(method.lower())
        return None

    def problem(self, body: Json, content: Json) -> str | None:
        """What is wrong with a JSON body."""
        # Schemas refer to each other from the root of the document.
        root = {"components": self.document["components"]}
        schema = {**root, **content["application/json"]["schema"]}
        errors = Draft202012Validator(schema).iter_errors(body)
        return next((error.message for error in errors), None)


def ask(connection: HTTPConnection, prefix: str, request: Json) -> HTTPResponse | None:
    """The answer to a request of a case, if there is one."""
    method, target, _ = request["line"].split(" ")
    body = json.dumps(request["body"]) if "body" in request else None
    try:
        connection.request(method, prefix + target, body)
        return connection.getresponse()
    except (HTTPException, OSError):
        connection.close()
        return None


def problems(description: Description, url: str, case: Json) -> Iterator[str]:
    """What is not as described: of a call that succeeds, and of errors that the description has."""
    succeeds = "value" in case["expect"]
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    for turn, request in enumerate(case["requests"]):
        method, target, _ = request["line"].split(" ")
        operation = description.operation(method, urlsplit(target).path)
        if operation is None:
            yield f"{method} {target} is not described"
            continue
        if succeeds and "body" in request:
            problem = description.problem(request["body"], operation["requestBody"]["content"])
            if problem:
                yield f"the request: {problem}"
        reply = case["replies"][min(turn, len(case["replies"]) - 1)]
        answer = ask(connection, f"/openapi/{case['name']}", request)
        # The others are no JSON, and so none of a server's.
        if answer is None or not {"body", "users"} & reply.keys():
            continue
        body = json.loads(answer.read())
        is_success = answer.status < HTTPStatus.BAD_REQUEST
        if is_success and not succeeds:
            continue
        described = operation["responses"].get(str(answer.status))
        if described is not None:
            problem = description.problem(body, description.resolved(described)["content"])
            if problem:
                yield f"the reply of {answer.status}: {problem}"
        elif is_success:
            yield f"{answer.status} is not described"


def main() -> int:
    """Asks what each case asks."""
    description = Description()
    wrong = 0
    with running("conformance-peer", "serve", "--cases", str(CASES)) as url:
        for file in sorted(CASES.glob("*.json")):
            for case in json.loads(file.read_bytes()):
                if file.stem in MISBEHAVING:
                    continue
                found = list(problems(description, url, case))
                if case["name"] in OTHERS:
                    found = [] if found else ["all of it is described: take it off OTHERS"]
                for problem in found:
                    print(f"{file.name}: {case['name']}: {problem}")
                wrong += len(found)
    print(f"{wrong or 'no'} answers are not as described")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
