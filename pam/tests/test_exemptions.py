"""Who is not asked, and what the rest of the stack makes of that."""

from __future__ import annotations

import pytest

from conftest import DENIED, IGNORED, Site, authenticate, in_host, run, stack


@pytest.fixture(autouse=True)
def groups(site: Site) -> None:
    site.user("alice")
    for group in ("staff2fa", "robots"):
        run("groupadd", "--force", group)
    run("gpasswd", "--members", "alice", "staff2fa")
    run("gpasswd", "--members", "bob", "robots")


@pytest.mark.parametrize(
    ("settings", "asked", "exempt"),
    [
        ({"groups": "staff2fa"}, "alice", "bob"),
        ({"groups": "robots, staff2fa"}, "alice", "carol"),
        ({"exempt_groups": "robots"}, "alice", "bob"),
        ({"exempt_groups": "robots"}, "carol", "bob"),
        ({"groups": "staff2fa robots", "exempt_groups": "robots"}, "alice", "bob"),
        # The one that a user has from /etc/passwd.
        ({"exempt_groups": "carol"}, "alice", "carol"),
        ({"groups": "alice"}, "alice", "carol"),
    ],
)
def test_by_group(site: Site, settings: dict[str, str], asked: str, exempt: str) -> None:
    site.configure(**settings)
    assert in_host(asked, "000000").results == [DENIED]
    outcome = in_host(exempt)
    assert outcome.prompts == []
    # Nobody has said yes.
    assert outcome.results == [6], "libpam's PAM_PERM_DENIED for a stack of nothing but PAM_IGNORE"
    site.log.expect(f'"{exempt}" is not asked for a second factor')


def test_whom_the_system_does_not_know_is_asked(site: Site) -> None:
    site.configure(groups="staff2fa")
    assert in_host("mallory", "000000").results == [DENIED]


@pytest.mark.parametrize(
    ("listed", "address", "exempt"),
    [
        ("192.0.2.0/24", "192.0.2.7", True),
        ("192.0.2.0/24", "192.0.3.7", False),
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.70", False),
        ("192.0.2.128/25", "192.0.2.127", False),
        ("192.0.2.128/25", "192.0.2.129", True),
        ("192.0.2.0/24", "::ffff:192.0.2.7", True),
        ("::ffff:192.0.2.0/120", "192.0.2.7", True),
        ("2001:db8::/32, 192.0.2.0/24", "2001:db8:1::5", True),
        ("2001:db8::/33", "2001:db8:8000::5", False),
        ("0.0.0.0/0", "2001:db8::1", False),
        ("0.0.0.0/0", "trusted.example.com", False),
        ("::/0", "", False),
        ("::/0", "UNKNOWN", False),
        ("127.0.0.1", "localhost", False),
        ("fe80::/10", "fe80::1%eth0", False),
        ("192.0.2.0/24", "192.0.2.7 ", False),
        ("192.0.2.0/24", "192.0.2.07", False),
    ],
)
def test_by_address(site: Site, listed: str, address: str, exempt: bool) -> None:
    site.configure(exempt_addresses=listed)
    stack("exempt", "auth requisite pam_verigator.so", "auth required pam_permit.so")
    outcome = authenticate("alice", *([] if exempt else ["000000"] * 3), host="exempt", items={"rhost": address})
    assert outcome.let_in is exempt
    assert bool(outcome.prompts) is not exempt


@pytest.mark.parametrize(
    ("control", "then", "let_in"),
    [
        # No opinion is no yes, whatever the flag says,
        ("required", "pam_deny.so", False),
        ("requisite", "pam_deny.so", False),
        ("sufficient", "pam_deny.so", False),
        ("optional", "pam_deny.so", False),
        ("[success=1 default=ignore]", "pam_deny.so", False),
        # so another module has to say it.
        ("required", "pam_permit.so", True),
        ("requisite", "pam_permit.so", True),
        ("sufficient", "pam_permit.so", True),
    ],
)
def test_what_a_stack_makes_of_it(site: Site, control: str, then: str, let_in: bool) -> None:
    site.configure(groups="staff2fa")
    stack("flags", f"auth {control} pam_verigator.so", f"auth required {then}")
    assert (in_host("bob", host="flags").results == [0]) is let_in


@pytest.mark.parametrize("control", ["required", "requisite", "[success=ok ignore=ignore default=die]"])
def test_an_interrupted_prompt_is_a_no(site: Site, control: str) -> None:
    stack("flags", f"auth {control} pam_verigator.so", "auth required pam_permit.so")
    assert in_host("alice", host="flags").results == [DENIED]
    assert in_host("alice", "NULL", host="flags").results == [DENIED]
    assert IGNORED not in in_host("alice", host="flags").results
