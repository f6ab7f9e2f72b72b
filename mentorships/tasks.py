from celery import shared_task

from mentorships import operations


@shared_task
def let_drafts_lapse() -> int:
    """Every hour: a draft that nobody goes on with is told of, and deleted a week later."""
    return operations.let_drafts_lapse() + operations.let_closing_reports_lapse()
