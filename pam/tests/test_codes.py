"""Codes of the app, by SMS and for those who have lost both; and what is no code."""

from __future__ import annotations

from conftest import Site, authenticate


def test_a_code_of_the_app_lets_in(site: Site) -> None:
    alice = site.user("alice")
    outcome = authenticate("alice", alice.code())
    assert outcome.let_in, outcome.said + site.log.ours()
    assert outcome.prompts == ["Verification code, or press Enter to get one by SMS: "]
    assert alice.messages() == []
    site.log.expect('verigator: login of "alice": verified by a code of the authenticator app')
