"""What the store knows nothing of, asked once for a batch of messages: of most of them nothing more need be asked.

Only what is surely unknown is remembered here. Whatever is not, was not asked for, or has been taken in since, is looked up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Column, Connection, select

from swc_mailer.adapters.store.columns import storable
from swc_mailer.adapters.store.history import addresses_of, newest_references, sender_of
from swc_mailer.adapters.store.schema import blocked_address, message, place, reply, request
from swc_mailer.core.model import Message
from swc_mailer.core.register import number_key
from swc_mailer.ports import Coming, Location, TakenIn


@dataclass(frozen=True, slots=True)
class Unknown:
    """Keys that no row has."""

    locations: set[Location] = field(default_factory=set)
    digests: set[str] = field(default_factory=set)
    senders: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)  # never written to, and not blocked
    references: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)  # number_keys of members who were sent no pack

    def is_new(self, digest: str, location: Location) -> bool:
        return digest in self.digests and location in self.locations

    def is_first(self, coming: Message, digest: str) -> bool:
        """It goes on with nothing: no earlier message, request or reply has to do with it."""
        known_by = (digest in self.digests, sender_of(coming) in self.senders)
        return all(known_by) and self.references.issuperset(newest_references(coming))

    def is_stranger(self, coming: Message) -> bool:
        """None of the addresses that it could be answered at was ever answered or blocked."""
        return self.addresses.issuperset([sender_of(coming), *addresses_of(coming)])

    def learn(self, taken: TakenIn) -> None:
        """From now on these keys have rows."""
        self.locations.discard(taken.fetched.waiting.location)
        self.digests.discard(taken.digest)
        self.senders.discard(sender_of(taken.message))
        for new in filter(None, (taken.reply, taken.posted)):
            self.addresses.discard(new.recipient.lower())
            self.references.discard(new.message_id)
        if taken.membership_number:
            self.members.discard(number_key(taken.membership_number))


def unknown_of(connection: Connection, batch: Sequence[Coming]) -> Unknown:
    senders = {sender_of(one.message) for one in batch}
    addresses = senders.union(*(addresses_of(one.message) for one in batch))
    return Unknown(
        locations=locations_without_rows(connection, [one.fetched.waiting.location for one in batch]),
        digests=without_rows(connection, {one.digest for one in batch}, message.c.digest),
        senders=without_rows(connection, senders, message.c.sender, request.c.sender),
        addresses=without_rows(connection, addresses, reply.c.recipient_key, blocked_address.c.address),
        references=without_rows(connection, {id_ for one in batch for id_ in newest_references(one.message)}, reply.c.message_id),
        members=without_rows(connection, {number_key(number) for one in batch for number in one.numbers}, reply.c.member_key),
    )


def without_rows(connection: Connection, keys: Collection[str], *columns: Column[str]) -> set[str]:
    """Those of the keys that none of the columns holds. A key that databases would refuse or change is none of them."""
    left = {key for key in keys if key and storable(key) == key}
    for column in columns:
        if left:
            left -= set(connection.execute(select(column).where(column.in_(left)).distinct()).scalars())
    return left


def locations_without_rows(connection: Connection, locations: Iterable[Location]) -> set[Location]:
    by_folder: defaultdict[tuple[str, str, int], set[int]] = defaultdict(set)
    for location in locations:
        by_folder[location.account, location.folder, location.uidvalidity].add(location.uid)
    left: set[Location] = set()
    for (account, folder, uidvalidity), uids in by_folder.items():
        numbering = (place.c.account == account, place.c.folder == folder, place.c.uidvalidity == uidvalidity)
        held = connection.execute(select(place.c.uid).where(*numbering, place.c.uid.in_(uids))).scalars()
        left |= {Location(account, folder, uidvalidity, uid) for uid in uids.difference(held)}
    return left
