"""What a mentor writes for themself, and what the coach was shown of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import allows
from accounts.decision_forms import carried_out
from accounts.guard import requires
from accounts.office_forms import add_refusal
from audit import trail
from core.errors_views import survives_a_bad_token
from mentorships import operations, reflections
from mentorships.forms.reflection import ReflectionChangeForm, ReflectionForm
from mentorships.models import Reflection
from mentorships.permissions import ReflectionPermission
from mentorships.views.drafts import in_the_tab


@require_safe
@requires(ReflectionPermission.OPEN_LIST)
def reflection_list(request: HttpRequest) -> HttpResponse:
    """One's own, and those that mentors shared with their coach on purpose."""
    own, shared = reflections.reflections_of(request.user)
    trail.listed(request, [*own, *shared])
    may_write = allows(request.user, ReflectionPermission.WRITE)
    context = {"own": own, "shared": shared, "may_write": may_write}
    return render(request, "mentorships/reflection_list.html", context)


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(ReflectionPermission.WRITE)
def reflection_write(request: HttpRequest) -> HttpResponse:
    """A new one, for oneself."""
    form = ReflectionForm(request.POST if request.method == "POST" else None)
    if getattr(request, "token_was_bad", False):
        form.add_error(None, _("The page had grown old. Please send again: nothing is lost."))
    elif form.is_valid() and carried_out(
        request, form, operations.write_reflection, by=request.user, **form.cleaned_data
    ):
        messages.success(request, _("Kept. Nobody but you can read it."))
        return redirect("reflections:reflection_list")
    text = f"new reflection {reflections.next_one(request.user)}"
    context = {"form": form, **in_the_tab(request, text)}
    return render(request, "mentorships/reflection_form.html", context)


@require_safe
@requires(ReflectionPermission.VIEW, on=Reflection, by="uuid", related=("author",))
def reflection_detail(request: HttpRequest, reflection: Reflection) -> HttpResponse:
    """One of one's own, or one that was shared."""
    is_own = reflection.author_id == request.user.pk
    coach = reflections.coach_of(request.user) if is_own else ""
    context: dict[str, Any] = {"reflection": reflection, "is_own": is_own, "coach": coach}
    return render(request, "mentorships/reflection_detail.html", context)


@survives_a_bad_token
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(ReflectionPermission.CHANGE, on=Reflection, by="uuid")
def reflection_edit(request: HttpRequest, reflection: Reflection) -> HttpResponse:
    """Change what nobody else has been shown; a page that is behind keeps both texts."""
    if reflection.shared_at is not None:
        messages.info(request, _("Your coach reads it as it stands. Take it back to change it."))
        return redirect(reflection)
    kept = {name: getattr(reflection, name) for name in ("text", "wellbeing", "version")}
    sent = request.POST if request.method == "POST" else None
    form, newer = ReflectionChangeForm(sent, initial=kept), None
    if getattr(request, "token_was_bad", False):
        form.add_error(None, _("The page had grown old. Please send again: nothing is lost."))
    elif form.is_valid():
        try:
            operations.change_reflection(reflection, by=request.user, **form.cleaned_data)
        except operations.ChangedSince as refusal:
            newer = refusal.reflection
            form.add_error(None, refusal)
            form.go_on_from(newer)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Kept. Nobody but you can read it."))
            return redirect(reflection)
    context = {
        "form": form,
        "reflection": reflection,
        "newer": newer,
        **in_the_tab(request, f"reflection {reflection.uuid}"),
    }
    status = 200 if newer is None else 409
    return render(request, "mentorships/reflection_form.html", context, status=status)


@require_POST
@requires(ReflectionPermission.CHANGE, on=Reflection, by="uuid")
def reflection_share(request: HttpRequest, reflection: Reflection) -> HttpResponse:
    """Let the coach read it."""
    try:
        operations.share_reflection(reflection, by=request.user)
    except operations.NotWritten as refusal:
        messages.warning(request, refusal.messages[0])
    else:
        messages.success(request, _("Shared. Your coach can read it until you take it back."))
    return redirect(reflection)


@require_POST
@requires(ReflectionPermission.CHANGE, on=Reflection, by="uuid")
def reflection_take_back(request: HttpRequest, reflection: Reflection) -> HttpResponse:
    """Be the only reader again."""
    operations.take_back_reflection(reflection, by=request.user)
    messages.success(request, _("Taken back. Nobody but you can read it."))
    return redirect(reflection)
