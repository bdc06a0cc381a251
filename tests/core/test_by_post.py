"""By post: who asks for it, and who only names it."""

from __future__ import annotations

import pytest

from tests.core.test_intent import BLOCK, Read, read

__all__ = ["read"]

BY_POST = [
    "Please could you post it to me? I have no printer.",
    "Please send by post",
    "I'd rather have a paper copy",
    "I would like the documents by post please",
    "Please send them in the post, thanks",
    "Could you pop the documents in the post for me?",
    "I don't do email really, my son is sending this. Please send me the documents",
    "Please post the consultation documents to the address above",
    "Can you send me the pack via Royal Mail",
    "hard copy please",
    "Please send me a hard copy of the consultation documents as I find reading on screen hard",
    "Could you kindly post me a set?",
    "Please may I have the papers sent by post rather than email",
    "I would prefer to receive the documents by post, not by email",
    "post not email please: please post them",
    "Please don't email them, post them to me",
    "I can't open attachments so please post it.",
    "Please send the docs by ordinary post as I do not have a computer at home",
    "I am not on email so please post to me",
    "Would it be possible to have the papers through the post?",
    "please can I have it by post I am 84",
    "I have no computer, so please send me the documents",
    "would like a printed copy of the papers",
    "Please send the documents, not by email but by post",
]
NOT_BY_POST = [
    "I would like the consultation documents sent to me. £3 for stamps is in the post.",
    "Please send me the documents; I shall put £20 in the post.",
    "Please send me the documents. In my day one wrote by airmail.",
    "Please email me the documents",
    "Please send by email or post",
    "Please send me the documents, either by post or by email",
    "no need to post it, email is fine",
    "I posted my form last week, please send the documents",
    "The notice came by post. Please send me the documents",
    "I got your letter by post and would like the documents",
    "Please send by return of post",
    "please send the documents, my post code is LS6 2AB",
    "I read your Facebook post about this, please send me the documents",
    "Please email or post the papers",
    "as a pdf rather than a hard copy please",
    "Please keep me posted and send the documents",
    "I do not need a paper copy, please email the documents",
    "email preferred, post if you must",
    "To save paper please email it",
    "Please send them by email, not by post",
    "My magazine arrives by post but please email this",
    "I have a hard copy of the notice. please send the documents",
    "please don't send paper copies",
    "I hold the post of treasurer. please send me the documents",
    "Send me the docs before I post my ballot paper",
    "I live above the post office, please send the documents",
]


@pytest.mark.parametrize("text", BY_POST)
def test_who_wants_it_by_post_is_understood(read: Read, text: str) -> None:
    assert read(text + BLOCK).by_post


@pytest.mark.parametrize("text", NOT_BY_POST)
def test_who_only_names_the_post_gets_an_email(read: Read, text: str) -> None:
    assert not read(text + BLOCK).by_post
