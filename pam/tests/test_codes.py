"""Codes of the app, by SMS and for those who have lost both; and what is no code."""

from __future__ import annotations

import time

import pytest

from conftest import DENIED, MAP, Site, authenticate, in_host, stack, write_private

FIRST = "Verification code, or press Enter to get one by SMS: "
NO = "Not accepted: wrong, used before, or too early after wrong ones. "
SENT = "If your phone is known here, a verification code is on its way to it by SMS. Verification code: "


def test_a_code_of_the_app_lets_in(site: Site) -> None:
    alice = site.user("alice")
    outcome = authenticate("alice", alice.code())
    assert outcome.let_in, outcome.said + site.log.ours()
    assert outcome.prompts == [FIRST]
    assert alice.messages() == []
    site.log.expect('"verigator": login of "alice": verified by a code of the authenticator app')


def test_a_code_is_taken_as_apps_show_it(site: Site) -> None:
    code = site.user("alice").code()
    assert in_host("alice", f" {code[:3]} {code[3:]}\r").results == [0]


def test_enter_sends_one_message_whose_code_lets_in(site: Site) -> None:
    alice = site.user("alice")
    outcome = authenticate("alice", "", lambda: alice.messages()[-1])
    assert outcome.let_in
    assert outcome.prompts == [FIRST, SENT]
    assert len(alice.messages()) == 1
    site.log.expect("verified by a code of an SMS")


def test_nothing_is_sent_to_somebody_who_only_connects(site: Site) -> None:
    alice = site.user("alice", app=False)
    site.configure(method="sms")
    assert in_host("alice").results == [DENIED]
    # As a saved password that a client sends by itself.
    assert in_host("alice", "123456", "654321", "password").results == [DENIED]
    assert alice.messages() == []


def test_a_recovery_code_lets_in(site: Site) -> None:
    alice = site.user("alice")
    assert in_host("alice", alice.recovery_code()).results == [0]
    site.log.expect("verified by a code of the recovery codes")


def test_a_wrong_code_is_asked_for_again_within_the_same_login(site: Site) -> None:
    alice = site.user("alice")
    outcome = in_host("alice", "000000", alice.code())
    assert outcome.results == [0]
    assert outcome.prompts == [FIRST, NO + "2 tries left. " + FIRST]
    site.log.expect("the code was not accepted: it was wrong, or used before")


def test_wrong_codes_after_an_sms_send_no_other(site: Site) -> None:
    alice = site.user("alice", app=False)
    outcome = in_host("alice", "", "000000", "", "000000")
    assert outcome.results == [DENIED]
    assert outcome.prompts == [
        FIRST,
        SENT,
        NO + "2 tries left. Verification code: ",
        NO + "1 try left. Verification code: ",
    ]
    assert len(alice.messages()) == 1


@pytest.mark.parametrize("prompts", ["1", "2"])
def test_there_are_as_many_prompts_as_the_option_says(site: Site, prompts: str) -> None:
    site.user("alice")
    site.configure(prompts=prompts)
    outcome = in_host("alice", *["000000"] * int(prompts))
    assert outcome.results == [DENIED]
    assert len(outcome.prompts) == int(prompts)
    site.log.expect("denied: all tries are used up")


def test_a_code_is_good_once(site: Site) -> None:
    alice = site.user("alice")
    code = alice.code()
    assert in_host("alice", code).results == [0]
    outcome = in_host("alice", code)
    assert outcome.results == [DENIED]
    site.log.expect("not accepted: it was wrong, or used before")


def test_a_code_of_somebody_else_lets_nobody_in(site: Site) -> None:
    site.user("alice")
    bob = site.user("bob")
    assert in_host("alice", bob.code()).results == [DENIED]


def test_what_can_be_no_code_is_wrong_and_not_an_empty_answer(site: Site) -> None:
    alice = site.user("alice")
    assert in_host("alice", "x" * 65, "\x1b[A", "õunapuu").results == [DENIED]
    assert alice.messages() == []


def test_an_answer_of_any_length_is_taken(site: Site) -> None:
    site.user("alice")
    assert in_host("alice", "7" * 100_000).results == [DENIED]


def test_method_totp_sends_no_message_to_whoever_has_no_app(site: Site) -> None:
    alice, bob = site.user("alice", app=False), site.user("bob")
    site.configure(method="totp")
    outcome = in_host("alice", "", "123456", "123456")
    assert outcome.results == [DENIED]
    assert outcome.prompts[0] == "Verification code: "
    assert alice.messages() == []
    site.log.expect("the user has no authenticator app, and method is totp")
    assert in_host("bob", bob.code()).results == [0]


def test_a_code_that_can_be_no_apps_sends_one_message_and_enter_no_other(site: Site) -> None:
    alice = site.user("alice", app=False)
    assert in_host("alice", "123456", "").results == [DENIED]
    assert len(alice.messages()) == 1


def test_a_locked_user_is_denied_in_the_same_words(site: Site) -> None:
    alice = site.user("alice")
    for _ in range(100):
        site.server.ask("POST", alice.path + "/auth", {"method": "totp"})
        site.server.ask("PUT", alice.path + "/auth", {"token": "000000"})
        site.server.advance(1000)
    outcome = in_host("alice", alice.code(), "")
    assert outcome.results == [DENIED]
    assert outcome.prompts == [FIRST, NO + "2 tries left. " + FIRST, SENT]
    assert alice.messages() == []
    site.log.expect("this user failed too often and is locked until somebody unlocks it")


def test_somebody_unknown_is_asked_in_the_same_words_at_the_same_pace(site: Site) -> None:
    site.user("alice")

    def transcript(user: str) -> tuple[list[str], list[int], float]:
        began = time.monotonic()
        outcome = in_host(user, "000000", "", "000000", "000000")
        return outcome.prompts, outcome.results, time.monotonic() - began

    known, unknown = transcript("alice"), transcript("mallory")
    assert known[:2] == unknown[:2]
    # Each answer takes a second, whatever the service does in it.
    assert known[2] > 4
    assert unknown[2] > 4
    site.log.expect('no user of the service is "mallory"')


def test_the_map_tells_whose_user_a_login_is(site: Site) -> None:
    jane = site.user("jane@example.com")
    site.user("alice")
    write_private(MAP, f"# people\n\nalice = {jane.id}\ncn=bob,o=x = {jane.id}\n")
    site.configure(users=str(MAP))
    assert in_host("alice", jane.code()).results == [0]
    assert in_host("cn=bob,o=x", jane.code()).results == [0]
    # Who is not in it is nobody, whatever the service knows.
    bob = site.user("bob")
    assert in_host("bob", bob.code()).results == [DENIED]


@pytest.mark.parametrize("form", ["alice@ad.example.com", "EXAMPLE\\alice", "Alice"])
def test_a_name_in_another_form_is_nobody_unless_the_map_has_it(site: Site, form: str) -> None:
    """As directories take them, for which it is the same account."""
    alice = site.user("alice")
    write_private(MAP, f"alice = {alice.id}\n")
    site.configure(users=str(MAP))
    assert in_host(form, alice.code()).results == [DENIED]
    write_private(MAP, f"alice = {alice.id}\n{form} = {alice.id}\n")
    assert in_host(form, alice.code()).results == [0]


@pytest.mark.parametrize(
    "name",
    [
        "alice\nverified by",
        'x" from "192.0.2.1": verified',
        "%s%n%s",
        "../../etc/shadow",
        "-h",
        "a" * 5000,
        "a" * 9000,
        " ",
        "alice=",
        "õie",
        "\x1b[2J",
        "ALICE",
    ],
    ids=lambda name: f"{name[:16]!a}",
)
def test_a_hostile_name_is_nobody_and_forges_no_line(site: Site, name: str) -> None:
    site.user("alice")
    outcome = in_host(name, "000000")
    assert outcome.results == [DENIED]
    for line in site.log.ours().splitlines():
        assert '": verified' not in line
        assert "\x1b" not in line
        assert "pam_verigator" in line, "a line of its own"


def test_arguments_of_the_module_go_before_the_file(site: Site) -> None:
    site.user("alice")
    stack("arguments", "auth requisite pam_verigator.so prompts=1 method=totp")
    outcome = in_host("alice", "000000", host="arguments")
    assert outcome.prompts == ["Verification code: "]
    assert outcome.results == [DENIED]
