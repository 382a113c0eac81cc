from __future__ import annotations

import gc

from app.services import sessions
from app.services.sessions import cancel_all, is_given_up, track, want


class Work:
    def __init__(self) -> None:
        self.cancelled = 0

    def cancel(self) -> None:
        self.cancelled += 1


def test_who_leaves_cancels_all_of_their_own_work_and_nobody_elses():
    mine, more, theirs = Work(), Work(), Work()
    track(mine, "me")
    track(more, "me")
    track(theirs, "you")
    cancel_all("me")
    cancel_all("me")
    cancel_all("nobody")
    assert [work.cancelled for work in (mine, more, theirs)] == [1, 1, 0]
    cancel_all("you")
    assert theirs.cancelled == 1
    assert not {"me", "you", "nobody"} & set(sessions._JOBS_BY_SESSION)


def test_finished_work_is_not_kept():
    track(Work(), "me")
    gc.collect()
    assert len(sessions._JOBS_BY_SESSION["me"]) == 0
    cancel_all("me")


def test_a_session_waits_for_the_last_thing_it_wanted_alone():
    assert not is_given_up("me", "first"), "of a session that has said nothing"
    want("me", "first")
    want("you", "other")
    assert not is_given_up("me", "first")
    want("me", "second")
    assert (is_given_up("me", "first"), is_given_up("me", "second")) == (True, False)
    cancel_all("me")
    cancel_all("you")
    assert not {"me", "you"} & set(sessions._WANTED_BY_SESSION)
