"""What `check` asks the DNS: whether receiving servers are told that our mail is ours. Only hints, for a forwarding relay or a
provider may see to it otherwise: never a problem."""

from __future__ import annotations

from collections.abc import Iterator

from swc_mailer.adapters.dns_records import Dns
from swc_mailer.commands.findings import Finding, ok, warning
from swc_mailer.config import Config
from swc_mailer.core.sender_domain import dmarc_names, dmarc_policy, is_public, lets_anybody_send, spf_records
from swc_mailer.errors import Unreachable

ADD_SPF = "have whoever keeps the domain publish one, as the mail provider's pages tell; without it replies may end as junk"


def check_dns(config: Config) -> Iterator[Finding]:
    yield from check_domain(config.sender.domain, Dns())


def check_domain(domain: str, dns: Dns) -> Iterator[Finding]:
    if not is_public(domain):
        yield ok(f"DNS: {domain} is no public domain: not looked at")
        return
    try:
        yield from check_spf(domain, dns)
        yield from check_dmarc(domain, dns)
    except Unreachable as error:
        yield warning(f"DNS: {error}", "let this computer ask a DNS server, or look the SPF and DMARC records up elsewhere")
    else:
        yield ok(
            "DNS: DKIM was not looked at, for its record is found only by the selector that a signed mail names: "
            "--send-test shows in the mail that arrives whether it is signed (DKIM-Signature)"
        )


def check_spf(domain: str, dns: Dns) -> Iterator[Finding]:
    records = spf_records(dns.texts(domain))
    if not records:
        yield warning(f"DNS: {domain} has no SPF record", ADD_SPF)
    elif len(records) > 1:
        yield warning(f"DNS: {domain} has {len(records)} SPF records, which counts as none", "have them put together into one")
    elif lets_anybody_send(records[0]):
        yield warning(
            f"DNS: {domain} lets anybody send in its name: {records[0]}", 'have its SPF record end with "~all" or "-all"'
        )
    else:
        yield ok(f"DNS: {domain} has an SPF record: {records[0]}")


def check_dmarc(domain: str, dns: Dns) -> Iterator[Finding]:
    for name in dmarc_names(domain):
        policy = dmarc_policy(dns.texts(name))
        if policy:
            yield ok(f"DNS: {name} has a DMARC record, with the policy {policy}")
            return
        if policy == "":
            yield warning(f"DNS: the DMARC record at {name} names no policy", 'have "p=none" or a stricter one put into it')
            return
    yield warning(
        f"DNS: {domain} has no DMARC record",
        f'have one published at _dmarc.{domain}, "v=DMARC1; p=none" at least: large providers want one',
    )
