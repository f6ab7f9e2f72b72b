"""What stands beside the meetings: the next one in the calendar, and work without a meeting."""

import datetime
import uuid

from casework.demo import notes
from casework.demo.scheme import Scheme
from mentorships.models import MentoringSession, Mentorship, OtherWork, PlannedMeeting
from mentorships.models.session import Theme
from mentorships.operations import print_sheet


def plan_next(
    scheme: Scheme, session: MentoringSession, on: datetime.date, at: datetime.time | None
) -> None:
    """The next meeting; every third was moved once."""
    meeting = PlannedMeeting(
        uuid=uuid.uuid5(session.uuid, "next"),
        mentorship=session.mentorship,
        planned_on=on,
        planned_at=at,
        modality=session.modality,
        place=session.place,
        planned_by=session.logged_by,
        made_at=session.finished_at,
        made_in=session,
    )
    if on.toordinal() % 3 == 0:
        meeting.supersedes = PlannedMeeting(
            uuid=uuid.uuid5(session.uuid, "before it was moved"),
            mentorship=session.mentorship,
            planned_on=on - datetime.timedelta(days=1),
            planned_at=at,
            planned_by=session.logged_by,
            made_at=session.finished_at,
            made_in=session,
        )
        meeting.moved_because = MentoringSession.CancelReason.ESCORT
        scheme.add(meeting.supersedes)
    scheme.add(meeting)


def work_beside(scheme: Scheme, session: MentoringSession, about: Theme) -> None:
    """After a talk about housing, work or money the mentor phones whoever can help."""
    if about in notes.OTHER_WORK:
        scheme.add(
            OtherWork(
                uuid=uuid.uuid5(session.uuid, "work"),
                mentorship=session.mentorship,
                worked_on=session.held_on,
                minutes=20,
                kind=OtherWork.Kind.AUTHORITY,
                note=notes.OTHER_WORK[about],
                logged_by=session.logged_by,
                logged_at=session.finished_at,
            )
        )


def print_lately(scheme: Scheme) -> None:
    """Two sheets that the first mentor has taken along and not entered yet."""
    own = scheme.mentors["mentor"]
    walked = [each for each in scheme.rows[Mentorship] if isinstance(each, Mentorship)]
    running = [each for each in walked if each.mentor is own and each.is_running]
    for mentorship in running[:2]:
        print_sheet(mentorship, by=own.user)


def void_a_double(scheme: Scheme) -> None:
    """The last session of the first mentor was recorded once more, and that is void."""
    own = scheme.mentors["mentor"].user
    last = MentoringSession.objects.held().filter(logged_by=own).order_by("-finished_at", "-pk")[0]
    later = last.finished_at + datetime.timedelta(minutes=20)
    last.pk, last.uuid, last.finished_at = None, uuid.uuid5(last.uuid, "twice"), later
    last.voided_at, last.voided_by = later + datetime.timedelta(minutes=5), own
    last.void_reason = MentoringSession.VoidReason.TWICE
    last._state.adding, last.concern_raised = True, False
    last.save()
