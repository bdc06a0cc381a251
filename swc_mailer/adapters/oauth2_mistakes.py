"""The usual mistakes in setting OAuth2 up: what a token endpoint or a mail server answered in, an error with its mend out.

The signs are the providers' own error codes and words; docs/oauth2.md explains each mend step by step.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from swc_mailer.core.mailwire import one_line
from swc_mailer.errors import ConfigError, LoginRefused, SwcMailerError, Unreachable

if TYPE_CHECKING:
    from swc_mailer.adapters.oauth2 import OAuth2Settings

ANSWER_LENGTH = 200
TRACES = re.compile(r"\s*(Trace ID|Correlation ID|Timestamp): .*", re.DOTALL)  # of no use to who reads the error
AGAIN = "log in again with `swc-mailer login`"
FOR_NOW = ("temporarily_unavailable", "server_error", "slow_down", "internal_failure")


@dataclass(frozen=True, slots=True)
class Mistake:
    """`signs`: any of these, in any case, in the answer; each a whole word, for AADSTS70002 is no AADSTS700027."""

    signs: tuple[str, ...]
    mend: str


MICROSOFT: Sequence[Mistake] = (
    Mistake(
        ("AADSTS7000215",),
        "client_secret is wrong: give the secret's value, not its ID, and that of this application",
    ),
    Mistake(("AADSTS7000222",), "the client secret has expired: make a new one in the app registration, and put it in its place"),
    Mistake(
        ("AADSTS700016",),
        "client_id is not known in this tenant: correct client_id, or tenant",
    ),
    Mistake(
        ("AADSTS90002", "AADSTS900023", "AADSTS900021", "invalid_tenant"),
        "tenant is wrong: give the directory (tenant) ID of the app registration",
    ),
    Mistake(
        ("AADSTS65001", "AADSTS90094", "AADSTS90093", "AADSTS90008"),
        "an administrator must consent to the application: API permissions, Grant admin consent",
    ),
    Mistake(
        ("AADSTS7000218", "AADSTS70002"),
        'switch on "Allow public client flows" under Authentication in the app registration',
    ),
    Mistake(("AADSTS50105", "AADSTS50020", "AADSTS50034"), "this person may not use the application: log in as one who may"),
    Mistake(
        ("AADSTS53003", "AADSTS50097", "AADSTS530003"),
        "a Conditional Access policy is in the way: have the mailbox left out of it",
    ),
    Mistake(
        ("AADSTS500011", "AADSTS650052", "AADSTS70011", "AADSTS1002012", "invalid_scope"),
        "the directory knows no such permission: add those of Office 365 Exchange Online to the application, or correct scopes",
    ),
    Mistake(("authorization_declined", "access_denied"), f"the log-in was declined: {AGAIN}"),
    Mistake(
        ("expired_token", "authorization_pending", "AADSTS70019", "AADSTS70020"), f"nobody entered the code in time: {AGAIN}"
    ),
    Mistake(
        (
            "AADSTS50173",
            "AADSTS700082",
            "AADSTS70008",
            "AADSTS50076",
            "AADSTS50078",
            "AADSTS50079",
            "AADSTS70043",
            "AADSTS50133",
            "invalid_grant",
            "interaction_required",
        ),
        f"the log-in has ended (a new password, consent withdrawn, or not used for 90 days): {AGAIN}",
    ),
)
GOOGLE: Sequence[Mistake] = (
    Mistake(
        ("reasonable timeframe", "Token used too early", "Check your iat and exp"),
        "the clock of this computer is wrong: set it, and have it kept right (NTP)",
    ),
    Mistake(
        ("Client is unauthorized to retrieve access tokens",),
        "the service account has no domain-wide delegation for https://mail.google.com/: "
        "add its client ID with that scope in the Google Admin console (it may take a day)",
    ),
    Mistake(("Invalid email or User ID", "Not a valid email"), "the user name must be a mailbox of your Google Workspace"),
    Mistake(
        ("Invalid JWT Signature", "account not found", "invalid_gaia"),
        "key_file is no longer valid: make a new key for the service account",
    ),
    Mistake(
        ("OAuth client was not found", "deleted_client"),
        "client_id is wrong, or the client was deleted: copy it from the Google Cloud console",
    ),
    Mistake(("invalid_client", "Unauthorized"), "client_secret is wrong: copy it from the Google Cloud console"),
    Mistake(("admin_policy_enforced", "org_internal"), "the Workspace's administrator must trust the application (API controls)"),
    Mistake(("redirect_uri_mismatch",), 'the client must be of the type "Desktop app"'),
    Mistake(("Malformed auth code",), f"the address was not copied whole: {AGAIN}"),
    Mistake(("access_denied",), f"the log-in was declined: {AGAIN}"),
    Mistake(("invalid_scope",), "correct scopes"),
    Mistake(
        ("invalid_grant",),
        "the log-in has ended (consent withdrawn, a new password, or an application still in testing, where it ends after "
        f"7 days): {AGAIN}",
    ),
)
MISTAKES = {"microsoft": MICROSOFT, "google": GOOGLE}

MAIL_SERVERS: Sequence[Mistake] = (
    Mistake(
        ("SmtpClientAuthentication is disabled",),  # for the Tenant, or for the Mailbox: the mailbox's own setting goes first
        "SMTP AUTH is switched off: an administrator allows it for this mailbox with "
        "Set-CASMailbox -Identity MAILBOX -SmtpClientAuthenticationDisabled $false",
    ),
    Mistake(
        ("authenticated but not connected",),
        "the application or the person has no right to this mailbox (Add-MailboxPermission), or its IMAP is switched off",
    ),
    Mistake(
        ("not enabled for IMAP", "IMAP access is disabled"),
        "IMAP is switched off: switch it on in the settings of Gmail, or have the Workspace's administrator do so",
    ),
    Mistake(("5.7.139",), "the tenant's security defaults or a Conditional Access policy are in the way"),
)
ANY_MAIL_SERVER = (
    "the token lets nobody in here: the application's permission, its right to this mailbox, or IMAP or SMTP AUTH is "
    "missing; when that is mended, `swc-mailer login` fetches a new token"
)


def mend_for(answer: str, mistakes: Sequence[Mistake]) -> str:
    """The mend of the first mistake whose sign the answer shows; "" where none does."""
    return next((mistake.mend for mistake in mistakes if any(shows(answer, sign) for sign in mistake.signs)), "")


def shows(answer: str, sign: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(sign)}(?!\w)", answer, re.IGNORECASE) is not None


def mail_server_mend(answer: str) -> str:
    return mend_for(answer, MAIL_SERVERS) or ANY_MAIL_SERVER


def refusal(settings: OAuth2Settings, *said: str) -> SwcMailerError:
    """What a token endpoint's error means, by who must act."""
    words = without_secrets(TRACES.sub("", ": ".join(filter(None, said))), settings)
    mend = mend_for(" ".join(said), MISTAKES[settings.provider])
    told = f"{settings.section}: {settings.provider.title()} gave no token for {settings.username} ({words})"
    if not mend and any(sign in said for sign in FOR_NOW):
        return Unreachable(f"{told}: the next run tries again")
    return LoginRefused(f"{told}: {mend or 'docs/oauth2.md names the steps of the set-up'}")


def unreadable(settings: OAuth2Settings, server: str) -> Unreachable:
    return Unreachable(f"{settings.section}: {server} answered something that is no token: is a proxy in between?")


def unreachable(settings: OAuth2Settings, server: str, error: BaseException) -> SwcMailerError:
    """The endpoint did not answer. Libraries wrap what went wrong in each other's errors: their text tells a certificate."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return ConfigError(
            f"{settings.section}.ca_file: the certificate of {server} is not to be trusted: "
            "where a proxy of yours signs it, name that proxy's CA there; else see whether the computer's clock is right"
        )
    why = without_secrets(str(error), settings)
    return Unreachable(f"{settings.section}: {server} could not be reached for a token ({why}): the next run tries again")


def without_secrets(words: str, settings: OAuth2Settings) -> str:
    """One line of limited length. An endpoint may repeat what it was sent."""
    if settings.client_secret:
        words = words.replace(settings.client_secret, "…")
    return one_line(words, ANSWER_LENGTH)
