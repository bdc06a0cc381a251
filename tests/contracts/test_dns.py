"""What `check` says of the sender's domain, by a real DNS server on this computer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from swc_mailer.adapters.dns_records import Dns
from swc_mailer.commands.check_dns import check_domain
from swc_mailer.commands.findings import Finding, Level
from swc_mailer.errors import Unreachable
from tests.servers.dns import HOST, DnsServer
from tests.servers.dovecot import free_ports

SPF = "v=spf1 include:_spf.mail.example.org ~all"
GOOD = {"example.org": ["another=1", SPF], "_dmarc.example.org": ["v=DMARC1; p=none; rua=mailto:d@example.org"]}


def findings(records: Mapping[str, Sequence[str] | None], domain: str = "example.org") -> list[Finding]:
    with DnsServer(records) as server:
        return list(check_domain(domain, Dns([HOST], port=server.port)))


def warned(records: Mapping[str, Sequence[str] | None], domain: str = "example.org") -> list[str]:
    found = findings(records, domain)

    assert {finding.level for finding in found} <= {Level.OK, Level.WARNING}  # never a problem
    assert all(finding.mend for finding in found if finding.level is Level.WARNING)
    return [finding.what.removeprefix("DNS: ") for finding in found if finding.level is Level.WARNING]


def test_a_domain_with_both_records_is_well_and_dkim_is_said_to_be_unseen() -> None:
    lines = [finding.line for finding in findings(GOOD)]

    assert lines[0] == f"ok       DNS: example.org has an SPF record: {SPF}"
    assert lines[1] == "ok       DNS: _dmarc.example.org has a DMARC record, with the policy none"
    assert lines[2].startswith("ok       DNS: DKIM was not looked at")


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ([], "example.org has no SPF record"),
        (["v=spf10 -all", "spf2.0/pra -all"], "example.org has no SPF record"),
        ([SPF, "V=SPF1 -all"], "example.org has 2 SPF records, which counts as none"),
        (["v=spf1 mx all"], "example.org lets anybody send in its name: v=spf1 mx all"),
        (["v=spf1 +all"], "example.org lets anybody send in its name: v=spf1 +all"),
    ],
)
def test_a_missing_or_wrong_spf_record_is_named(texts: list[str], says: str) -> None:
    assert warned({**GOOD, "example.org": texts}) == [says]


@pytest.mark.parametrize(
    "text", ["v=spf1 ip4:192.0.2.1 ?all", "v=spf1", "v=spf1 redirect=_all.example.org", f"v=spf1 {'a ' * 200}-all"]
)
def test_other_spf_records_are_well(text: str) -> None:
    assert warned({**GOOD, "example.org": [text]}) == []


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ([], ["example.org has no DMARC record"]),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], ["example.org has no DMARC record"]),
        (["v=DMARC1; rua=mailto:d@example.org"], ["the DMARC record at _dmarc.example.org names no policy"]),
        (["v=DMARC1;p=Reject"], []),
        (["v=DMARC1; sp=none; p=quarantine;"], []),
    ],
)
def test_a_missing_or_wrong_dmarc_record_is_named(texts: list[str], says: list[str]) -> None:
    assert warned({**GOOD, "_dmarc.example.org": texts}) == says


def test_a_domain_takes_the_dmarc_record_of_its_parent() -> None:
    assert warned({**GOOD, "mail.office.example.org": [SPF]}, "mail.office.example.org") == []


def test_a_domain_that_nobody_else_knows_is_not_asked_for() -> None:
    with DnsServer({}) as server:
        (only,) = check_domain("office.test", Dns([HOST], port=server.port))

        assert server.asked == []
    assert only.level is Level.OK


def test_without_an_answer_there_is_one_warning() -> None:
    (nobody,) = free_ports(1)

    assert len(list(check_domain("example.org", Dns([HOST], port=nobody)))) == 1
    assert warned({"example.org": None}) == ["the DNS gave no answer about example.org (NoNameservers)"]


def test_a_name_that_cannot_be_asked_for_is_no_crash() -> None:
    with pytest.raises(Unreachable, match=r"a\.\.example\.org"):
        Dns([HOST]).texts("a..example.org")
