"""The admin site: the probation administrator's workplace, by role; technical staff beside it."""

from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.access import allows
from accounts.approvals import waiting_for
from accounts.models import Approval
from accounts.reach_admin import OfficeAdmin
from accounts.roles import Role
from audit import trail
from casework.permissions import CaseworkPermission
from casework.queries.office import administrators_day
from mentees.permissions import MenteePermission

ROLES = {Role.PROBATION_ADMIN, Role.TRAINING_ORGANISER, Role.AUDITOR}
# Django's own pages that know no rule (an object's address by its key) or that stand elsewhere.
METHODS = ["GET", "HEAD", "POST"]
LEFT_OUT = {"view_on_site", "password_change", "password_change_done", "logout"}


class NotedAutocomplete(AutocompleteJsonView):
    """Choices by reference, inside the reach of the model's own list, noted like a list."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        trail.searched(self.request, self.term)
        trail.listed(self.request, context["object_list"])
        return context


class OfficeSite(AdminSite):
    site_header = site_title = _("Office")
    index_title = _("Today")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return (
            user.is_authenticated
            and user.is_active
            and (user.is_staff or bool(ROLES & set(user.standing.roles)))
        )

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Pages of other packages ask no rule, so they stay out."""
        if admin_class is not None and issubclass(admin_class, OfficeAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """A page of another role is refused and noted, not sent to sign in again.

        Django's pages show a row to any method; only what the trail takes for reading or for
        acting is answered.
        """
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                trail.denied(request, "admin")
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return require_http_methods(METHODS)(update_wrapper(inner, guarded))

    def get_urls(self) -> list[Any]:
        return [each for each in super().get_urls() if getattr(each, "name", "") not in LEFT_OUT]

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """To the one door: Django's form would be another."""
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME, reverse("admin:index")))

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        day = administrators_day(request.user)
        title = day.title if day else self.index_title
        if day:
            trail.listed(request, [line.enrolment for line in day.waiting])
        reads_trail = allows(request.user, CaseworkPermission.OPEN_TRAIL)
        context = {
            "day": day,
            "title": title,
            "opens_in_emergency": allows(request.user, MenteePermission.OPEN_IN_EMERGENCY),
            "reads_trail": reads_trail,
            "sums_up_trail": allows(request.user, MenteePermission.SUM_UP_TRAIL),
            "approvals": len(waiting_for(request.user)),
            "asked": Approval.objects.waiting().filter(asked_by=request.user).exists(),
        }
        return super().index(request, {**context, **(extra_context or {})})

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        view: Any = NotedAutocomplete.as_view(admin_site=self)
        try:
            return view(request)
        except PermissionDenied:
            trail.denied(request, "autocomplete")
            raise
