"""What can go wrong, and how a program tells one failure from another.

Each is brought about, and printed as a line of `examples/failures.txt`. What a program does is in
`EXPLANATIONS`, `print_failure` and `print_answer`; the rest makes trouble, for which it needs a
`verigator-server --dev --chaos`. VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say
where, and as whom.
"""

import json
import os
import threading
import urllib.request
from typing import Any, Callable

import verigator
from verigator import Client, Service, User, Verification, VerigatorError

WRONG = "That is not right. Please correct it."
TAKEN = "You are registered already."
OLD = "That code is too old. Ask for another."
NO_CODE = "If no code comes, ask for another."
WAIT = "Too many attempts. Wait a while."
LATER = "We cannot log you in now. Try again later."
BEGIN = "Please begin again, or call us."
CALL_US = "We cannot log you in. Please call us."

#: Where the trouble comes from.
SERVER = os.environ["VERIGATOR_BASE_URL"]


def print_line(situation: str, what: str, sent: str, again: str, tell: str) -> None:
    """Prints one line of the table."""
    print(f"{situation:<28}{what:<24}{sent:<7}{again:<19}{tell}")


#: What a failure is, whether the same call may succeed later, and what the user reads: by the first
#: class that fits, as with `except` clauses.
EXPLANATIONS = {
    verigator.InvalidArgumentError: ("invalid argument", False, WRONG),
    verigator.InvalidConfigError: ("invalid option", False, CALL_US),
    verigator.ClosedError: ("closed before the call", False, LATER),
    verigator.NameLookupError: ("name not found", True, LATER),
    verigator.ConnectError: ("no connection", True, LATER),
    verigator.TLSError: ("TLS failed", False, CALL_US),
    verigator.DisconnectedError: ("connection broken", True, LATER),
    verigator.DeadlineExceededError: ("deadline passed", True, LATER),
    verigator.CallCancelledError: ("closed during the call", False, LATER),
    verigator.ProxyError: ("proxy failed", True, LATER),
    verigator.ResponseTooLargeError: ("reply too large", False, CALL_US),
    verigator.ProtocolError: ("no valid reply", False, CALL_US),
    verigator.UnauthorizedError: ("wrong credentials", False, CALL_US),
    verigator.ForbiddenError: ("forbidden", False, CALL_US),
    verigator.NotFoundError: ("not found", False, BEGIN),
    verigator.ConflictError: ("conflict", False, TAKEN),
    verigator.InvalidDataError: ("invalid data", False, WRONG),
    verigator.TooManyRequestsError: ("too many requests", True, WAIT),
    verigator.ServerError: ("service failed", True, LATER),
    # Also what a later version of the library may raise.
    VerigatorError: ("unexpected failure", False, CALL_US),
}


def print_failure(situation: str, failure: VerigatorError) -> None:
    """Every failure is a no. Whether to repeat the call depends on what the first one has done."""
    what, may_succeed, tell = next(
        explanation for kind, explanation in EXPLANATIONS.items() if isinstance(failure, kind)
    )
    sent = "maybe" if failure.maybe_sent else "no"
    if not may_succeed:
        print_line(situation, what, sent, "no", tell)
    elif not failure.retry_safe:
        # A start may have sent a code, and another start would end it.
        print_line(situation, what, sent, "if the user asks", NO_CODE)
    elif failure.retry_after is not None:
        print_line(situation, what, sent, f"after {failure.retry_after:.0f} s", tell)
    else:
        print_line(situation, what, sent, "yes", tell)


def print_answer(situation: str, answer: Verification) -> None:
    """A no is an answer, and no failure."""
    if answer:
        print_line(situation, "verified", "yes", "no", "Welcome!")
    elif answer.throttled:
        print_line(situation, "denied, throttled", "yes", "after a while", WAIT)
    elif answer.expired:
        print_line(situation, "denied, expired", "yes", "with a new start", OLD)
    else:
        print_line(situation, "denied", "yes", "with another code", WRONG)


def fails(situation: str, call: Callable[..., object], *arguments: object) -> None:
    """Prints how a call fails."""
    try:
        call(*arguments)
    except VerigatorError as failure:
        print_failure(situation, failure)
    else:
        raise AssertionError(f"{situation}: this should have failed")


def ask_server(method: str, path: str, body: object = None) -> Any:
    """A request to the development routes of the server."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(SERVER + path, data, method=method)
    with urllib.request.urlopen(request) as reply:
        return json.load(reply)


def misbehave(operation: str, **effect: object) -> None:
    """Has the next such operation go wrong."""
    rule = {name.replace("_", "-"): value for name, value in effect.items()}
    ask_server("PUT", "/_/chaos", [{"operation": operation, "times": 1, **rule}])


class Jane:
    """A user who has trouble."""

    def __init__(self, client: Client, service: Service, user: User) -> None:
        self.client = client
        self.service_id = service.id
        self.user_id = user.id

    def start(self, client: Client) -> None:
        """Starts an authentication."""
        client.initiate(self.service_id, self.user_id)

    def start_with(self, situation: str, **option: Any) -> None:
        """Starts with an option that cannot go well."""
        fails(situation, lambda: self.start(Client.from_env(**option)))

    def verify(self, code: str) -> Verification:
        """Asks whether a code is right."""
        return self.client.verify(self.service_id, self.user_id, code)

    def check(self, situation: str, code: str) -> None:
        """Prints what the service says of a code."""
        try:
            print_answer(situation, self.verify(code))
        except VerigatorError as failure:
            print_failure(situation, failure)

    def code(self) -> str:
        """The code in the message that Jane was sent last."""
        messages = ask_server("GET", f"/_/outbox?user_id={self.user_id}")["messages"]
        return str(messages[-1]["pin"])

    def answers(self) -> None:
        """Prints what the service answers to codes."""
        self.check("nothing was started", "0000000")
        self.start(self.client)
        self.check("the right code", self.code())
        self.check("a code used before", self.code())
        self.start(self.client)
        ask_server("PUT", "/_/clock", {"advance": 301})
        self.check("an old code", self.code())
        self.start(self.client)
        self.check("a wrong code", "0000000")
        while not (answer := self.verify("0000000")).throttled:
            pass
        print_answer("too many wrong codes", answer)

    def refused_calls(self) -> None:
        """Prints how calls fail that ask for what cannot be."""
        self.check("an empty code", "")
        create = self.client.create_user
        fails("a number that is none", create, self.service_id, "none", "john@example.com")
        fails("a user who exists", create, self.service_id, "+3725555556", "jane@example.com")
        fails("an unknown user", self.client.initiate, self.service_id, "nobody")

    def misbehaviour(self) -> None:
        """Prints how calls fail at a service that misbehaves."""
        effects: dict[str, dict[str, object]] = {
            "another account's service": {"status": 403},
            "too many starts": {"status": 429, "retry_after": 7},
            "a start that fails": {"status": 503, "retry_after": 7},
            "a status unheard of": {"status": 418},
            "a broken connection": {"drop": True},
            "a reply that is none": {"status": 201, "body": "It works!"},
        }
        for situation, effect in effects.items():
            misbehave("start-authentication", **effect)
            fails(situation, self.start, self.client)
        misbehave("get-user", status=503, retry_after=7)
        fails("reading that fails", self.client.get_user, self.service_id, self.user_id)

    def options(self) -> None:
        """Prints how calls fail with options that are not right."""
        self.start_with("an option that is none", base_url="ftp://localhost")
        # A label has 63 characters at most.
        self.start_with("an unknown name", base_url=f"https://{'0' * 64}.example")
        # Port 1 (tcpmux) is served by nobody.
        self.start_with("nobody listens", base_url="http://127.0.0.1:1")
        self.start_with("no TLS there", base_url=SERVER.replace("http:", "https:"))
        self.start_with("no proxy there", proxy="http://127.0.0.1:1")
        misbehave("start-authentication", delay=60000)
        self.start_with("a slow service", timeout=0.5)
        self.start_with("a long reply", max_response_bytes=4)
        fails("a wrong password", self.start, Client("demo", "wrong", base_url=SERVER))

    def closing(self) -> None:
        """Prints how calls of a client fail that is closed."""
        client = Client.from_env()
        misbehave("start-authentication", delay=60000)
        before = ask_server("GET", "/_/chaos")
        waiting = threading.Thread(target=fails, args=("closed meanwhile", self.start, client))
        waiting.start()
        while ask_server("GET", "/_/chaos") == before:
            pass
        client.close()
        waiting.join()
        fails("closed before", self.start, client)


def main() -> None:
    """Has Jane meet every failure."""
    with Client.from_env() as client:
        service = client.create_service("failures.example.com", "Example shop")
        user = client.create_user(service.id, "+3725555555", "jane@example.com")
        print_line("SITUATION", "WHAT HAPPENED", "SENT", "TRY AGAIN", "TELL THE USER")
        jane = Jane(client, service, user)
        jane.answers()
        jane.refused_calls()
        jane.misbehaviour()
        jane.options()
        jane.closing()
        client.delete_service(service.id)


if __name__ == "__main__":
    main()
