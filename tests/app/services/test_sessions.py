from __future__ import annotations

import gc

from app.services import sessions as visitors


class Work:
    def __init__(self) -> None:
        self.cancelled = 0

    def cancel(self) -> None:
        self.cancelled += 1


def test_who_leaves_cancels_all_of_their_own_work_and_nobody_elses():
    mine, more, theirs = Work(), Work(), Work()
    visitors.watched(mine, "me")
    visitors.watched(more, "me")
    visitors.watched(theirs, "you")
    visitors.leave("me")
    visitors.leave("me")
    visitors.leave("nobody")
    assert [work.cancelled for work in (mine, more, theirs)] == [1, 1, 0]
    visitors.leave("you")
    assert theirs.cancelled == 1
    assert not {"me", "you", "nobody"} & set(visitors._OF_VISITORS)


def test_finished_work_is_not_kept():
    visitors.watched(Work(), "me")
    gc.collect()
    assert len(visitors._OF_VISITORS["me"]) == 0
    visitors.leave("me")
